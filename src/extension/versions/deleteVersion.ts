import * as vscode from 'vscode';
import { deleteVersion } from '../../client/versions.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';

/** Asks, then deletes; true when it is gone. No alias may point at it: Lambda refuses, and so the question is not asked. */
export async function removeVersion(target: FunctionTarget, version: string): Promise<boolean> {
  const { project, name } = target;
  const { client } = await project.connection.ensure();
  const users = (project.store.function(name)?.live?.aliases ?? [])
    .filter(alias => alias.version === version || alias.additional?.version === version)
    .map(alias => alias.name);
  if (users.length > 0)
    throw new Error(
      t(
        'Version {0} of {1} can’t be deleted: aliases send invocations to it ({2}). Move them first.',
        version,
        name,
        users.join(', '),
      ),
    );
  const remove = t('Delete');
  const chosen = await vscode.window.showWarningMessage(
    t('Delete version {0} of {1}?', version, name),
    {
      modal: true,
      detail: t('It can’t be restored: Lambda never uses a version’s number again.'),
    },
    remove,
  );
  if (chosen !== remove) return false;
  await deleteVersion(client, name, version);
  return true;
}
