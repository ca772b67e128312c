import * as vscode from 'vscode';
import { commands } from '../contributions.ts';
import type { EventDocuments } from '../events/eventDocuments.ts';
import type { Resends } from '../events/resends.ts';
import { t } from '../localize.ts';
import type { Projects } from '../project/projects.ts';
import { canDebug } from '../views/functionRows.ts';
import { lensTitle } from './lensTitle.ts';

/** Invoke and Debug over an event document: with its text as it stands there, saved or not. */
export class EventLenses implements vscode.CodeLensProvider {
  readonly #projects: Projects;
  readonly #documents: EventDocuments;
  readonly #resends: Resends;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: { dispose(): void }[];
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(projects: Projects, documents: EventDocuments, resends: Resends) {
    this.#projects = projects;
    this.#documents = documents;
    this.#resends = resends;
    const pattern = '**/events/*/*.json';
    this.#disposables = [
      this.#changed,
      resends.onChange.add(() => this.#changed.fire()),
      vscode.languages.registerCodeLensProvider(
        [
          { scheme: 'file', pattern },
          { scheme: 'untitled', pattern },
        ],
        this,
      ),
      projects.onChange.add(({ change }) => {
        if (change.kind === 'functions') this.#changed.fire();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!vscode.workspace.isTrusted) return [];
    const { uri } = document;
    await this.#projects.of(uri.with({ scheme: 'file', authority: '' }))?.discovered();
    const target = this.#documents.targetOf(uri);
    if (target === undefined) return [];
    const entry = target.project.store.function(target.name);
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(top, { title, command, arguments: [uri] });
    return [
      ...(this.#resends.get(uri) === undefined
        ? []
        : [lens(lensTitle('mail', t('Resend as Asynchronous Event')), commands.pendingResend)]),
      lens(lensTitle('play', t('Invoke {0}', target.name)), commands.eventInvoke),
      ...(entry !== undefined && canDebug(entry)
        ? [lens(lensTitle('debug-alt', t('Debug {0}', target.name)), commands.eventDebug)]
        : []),
    ];
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
