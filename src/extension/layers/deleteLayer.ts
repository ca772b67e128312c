import * as vscode from 'vscode';
import { deleteLayer, restoreLayer } from '../../client/controlCalls.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import type { Deletion } from '../undo/deletions.ts';
import { shortLayerName } from './layerArn.ts';
import { functionCount } from './layerRows.ts';

/** Asks, then deletes; answers how to have it back, or nothing where the user left. */
export async function removeLayer(project: Project, arn: string): Promise<Deletion | undefined> {
  await project.connection.ensure();
  const layer = project.store.layerVersion(arn);
  const short = shortLayerName(arn);
  if (layer === undefined) throw new Error(t('Layer version {0} is not there any more.', short));
  if (layer.source === 'workspace')
    throw new Error(
      t('Layer {0} is a template’s: it goes when the template declares it no more.', layer.name),
    );
  const users = project.store.functions().filter(({ live }) => live?.layers.includes(arn) === true).length;
  const remove = t('Delete');
  const chosen = await vscode.window.showWarningMessage(
    t('Delete layer version {0}?', short),
    {
      modal: true,
      detail: [
        ...(users === 0 ? [] : [t('{0} that has it keeps it.', functionCount(users))]),
        t('It can’t be attached any more, and its number is never used again. Undo brings it back.'),
      ].join(' '),
    },
    remove,
  );
  if (chosen !== remove) return undefined;
  await deleteLayer((await project.connection.ensure()).client, arn);
  return {
    title: t('layer version {0}', short),
    restore: async () => {
      await restoreLayer((await project.connection.ensure()).client, arn);
      return t('Layer version {0} is back, as it was.', short);
    },
  };
}
