import * as vscode from 'vscode';
import { lensTitle } from '../codelens/lensTitle.ts';
import { commands, CONFIGURATION_SCHEME } from '../contributions.ts';
import type { CommandId } from '../contributions.ts';
import { t } from '../localize.ts';
import type { Projects } from '../project/projects.ts';
import { configurationPlace } from './configurationUri.ts';

/** What can be done with a configuration that is edited, and who owns it, over its text. */
export class ConfigurationLenses implements vscode.CodeLensProvider {
  readonly #projects: Projects;
  readonly #registration: vscode.Disposable;

  constructor(projects: Projects) {
    this.#projects = projects;
    this.#registration = vscode.languages.registerCodeLensProvider({ scheme: CONFIGURATION_SCHEME }, this);
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const place = configurationPlace(uri, this.#projects);
    if (place === undefined || place.version !== undefined) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: CommandId, argument: unknown): vscode.CodeLens =>
      new vscode.CodeLens(top, { title, command, arguments: [argument] });
    const declared = place.project.store.function(place.name)?.declared;
    return [
      lens(lensTitle('check', t('Review and Apply…')), commands.configurationReview, uri),
      lens(lensTitle('discard', t('Discard Changes')), commands.configurationDiscard, uri),
      ...(declared === undefined
        ? []
        : [
            lens(
              lensTitle(
                'info',
                t(
                  '{0} declares this function: its next change replaces what is applied here',
                  vscode.workspace.asRelativePath(declared.declaration.file),
                ),
              ),
              commands.functionOpenDeclaration,
              place,
            ),
          ]),
    ];
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
