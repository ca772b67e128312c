import * as vscode from 'vscode';
import { publishVersion } from '../../client/versions.ts';
import { withProgress } from '../cancellation.ts';
import { commands } from '../contributions.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';

/** Characters that Lambda takes (its API's page of PublishVersion). */
const LONGEST_DESCRIPTION = 256;

/** The question about a description, of a version or an alias; undefined where the user left. */
export function askDescription(title: string, prompt: string, value?: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    // What was typed is kept while the user looks elsewhere.
    ignoreFocusOut: true,
    title,
    prompt,
    placeHolder: t('Description (optional)'),
    ...(value === undefined ? {} : { value }),
    validateInput: text =>
      text.length > LONGEST_DESCRIPTION
        ? t('{0} characters are too many: Lambda takes {1}.', text.length, LONGEST_DESCRIPTION)
        : undefined,
  });
}

/** Asks for a description, waits for saved code, publishes `$LATEST` and says what came of it. */
export async function publish(target: FunctionTarget): Promise<void> {
  const { project, name } = target;
  const description = await askDescription(
    t('Publish a Version of {0}', name),
    t('Keeps code and configuration as they are now, under the next number.'),
  );
  if (description === undefined) return;
  const published = await withProgress(t('Publishing {0}', name), async signal => {
    if (!(await project.settle(signal)))
      throw new Error(t('A changed file could not be saved, so its code would not have been published.'));
    const { client } = await project.connection.ensure();
    const highest = project.store.function(name)?.live?.versions?.highest ?? 0;
    const { Version } = await publishVersion(client, name, {
      ...(description === '' ? {} : { description }),
      signal,
    });
    return { version: Version, isNew: Number(Version) > highest };
  });
  if (published === undefined) return;
  const { version, isNew } = published;
  const alias = t('Point an Alias at It…');
  const chosen = await vscode.window.showInformationMessage(
    isNew
      ? t('Published version {0} of {1}.', version, name)
      : t('Nothing has changed since version {0} of {1}: that one stays the newest.', version, name),
    alias,
  );
  if (chosen === alias)
    await vscode.commands.executeCommand(commands.versionPointAlias, { ...target, qualifier: version });
}
