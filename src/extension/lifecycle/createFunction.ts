import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { codePackage } from '../../client/codePackage.ts';
import { createFunction as create } from '../../client/functions.ts';
import { untilUpdated } from '../../client/functionSettings.ts';
import { withProgress } from '../cancellation.ts';
import { commands } from '../contributions.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import { askHandler } from '../runtimes/askHandler.ts';
import { pickRuntime } from '../runtimes/pickRuntime.ts';
import { functionNameMistake } from './functionName.ts';
import { likelyHandler, missingFile } from './handlerInCode.ts';

/**
 * Asks for name, runtime, code and handler, and creates the function over Lambda's API: a copy of the code as it is now. Leaving
 * any question creates nothing.
 */
export async function createFunction(project: Project): Promise<void> {
  await project.connection.ensure();
  const taken = project.store.functions().map(entry => entry.name);
  const name = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    title: t('New Function'),
    prompt: t('Its name. No file is written: a template declares functions that are to last.'),
    placeHolder: 'create-order',
    validateInput: text => functionNameMistake(text, taken),
  });
  if (name === undefined) return;
  const runtime = await pickRuntime(t('Runtime of {0}', name));
  if (runtime === undefined) return;
  const code = await pickCode(project, name);
  if (code === undefined) return;
  const folder = (await stat(code)).isDirectory() ? code : undefined;
  const handler = await askHandler({
    title: t('Handler of {0} in {1}', name, runtime),
    runtime,
    value: likelyHandler(folder, runtime),
    ...(folder === undefined ? {} : { hint: text => missingFile(folder, text, runtime) }),
  });
  if (handler === undefined) return;
  const { client, info } = await project.connection.ensure();
  const done = await withProgress(t('Creating {0}', name), async (signal, report) => {
    report(t('packing the code'));
    const zip = await codePackage(code, signal);
    report('');
    await create(
      client,
      {
        FunctionName: name,
        Runtime: runtime,
        Handler: handler,
        // Nothing here assumes it.
        Role: `arn:aws:iam::${info.accountId}:role/${name}`,
        Code: { ZipFile: zip.toString('base64') },
      },
      signal,
    );
    await untilUpdated(client, name);
    return true;
  });
  if (done !== true) return;
  const invoke = t('Invoke');
  const chosen = await vscode.window.showInformationMessage(
    t('Created {0} with a copy of the code: later changes of the files are not in it.', name),
    invoke,
  );
  if (chosen === invoke) await vscode.commands.executeCommand(commands.functionInvoke, { project, name });
}

/** Absolute path of a folder or a zip; undefined where the user left. */
async function pickCode(project: Project, name: string): Promise<string | undefined> {
  const title = t('Code of {0}', name);
  const kind = await vscode.window.showQuickPick(
    [
      { label: `$(folder) ${t('Folder…')}`, description: t('all of its files but .git'), isFolder: true },
      { label: `$(file-zip) ${t('Zip…')}`, isFolder: false },
    ],
    { title, placeHolder: t('What the function runs') },
  );
  if (kind === undefined) return undefined;
  const chosen = await vscode.window.showOpenDialog({
    title,
    defaultUri: project.folder.uri,
    canSelectFolders: kind.isFolder,
    canSelectFiles: !kind.isFolder,
    openLabel: t('Use This Code'),
    ...(kind.isFolder ? {} : { filters: { [t('Deployment package')]: ['zip', 'jar'] } }),
  });
  return chosen?.[0]?.fsPath;
}
