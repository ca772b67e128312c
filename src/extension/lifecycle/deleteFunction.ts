import * as vscode from 'vscode';
import { deleteFunction, restoreFunction } from '../../client/controlCalls.ts';
import { commands } from '../contributions.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Deletion } from '../undo/deletions.ts';

/** Asks, then deletes; answers how to get it back, or nothing where the user left or the function is a file's. */
export async function removeFunction({ project, name }: FunctionTarget): Promise<Deletion | undefined> {
  const { client } = await project.connection.ensure();
  const entry = project.store.function(name);
  if (entry?.declared !== undefined) {
    const open = t('Open Declaration');
    const chosen = await vscode.window.showInformationMessage(
      t(
        '{0} declares {1}: take it out there, and the function goes with its declaration.',
        vscode.workspace.asRelativePath(entry.declared.declaration.file),
        name,
      ),
      open,
    );
    if (chosen === open)
      await vscode.commands.executeCommand(commands.functionOpenDeclaration, { project, name });
    return undefined;
  }
  if (entry?.live === undefined) throw new Error(t('The host has no function {0} any more.', name));
  const { versions, aliases = [] } = entry.live;
  const remove = t('Delete');
  const chosen = await vscode.window.showWarningMessage(
    t('Delete function {0}?', name),
    {
      modal: true,
      detail: [
        t('Whoever invokes it gets an error from then on.'),
        ...((versions?.count ?? 0) + aliases.length === 0
          ? []
          : [
              t(
                'Versions that go with it: {0}; aliases: {1}.',
                versions?.count ?? 0,
                aliases.map(alias => alias.name).join(', ') || t('none'),
              ),
            ]),
        t('Undo Delete brings all of it back while this window is open.'),
      ].join(' '),
    },
    remove,
  );
  if (chosen !== remove) return undefined;
  await deleteFunction(client, name);
  return {
    title: t('function {0}', name),
    restore: async () => {
      await restoreFunction((await project.connection.ensure()).client, name);
      return t('Function {0} is back, with its code, configuration, versions and aliases.', name);
    },
  };
}
