import * as vscode from 'vscode';
import { importLayer as bringIn } from '../../client/controlCalls.ts';
import { withProgress } from '../cancellation.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import { layerArnMistake, shortLayerName } from './layerArn.ts';
import { layerEntries } from './layerEntries.ts';
import { functionCount } from './layerRows.ts';
import { pickLayerSource } from './layerSource.ts';

/** Puts a zip under the ARN of a layer of AWS's or of another account; asks for the ARN where none is given. */
export async function importLayer(project: Project, given?: string): Promise<void> {
  await project.connection.ensure();
  const missing = missingIn(project);
  const arn = given ?? (await pickArn(missing));
  if (arn === undefined) return;
  const short = shortLayerName(arn);
  const path = await pickLayerSource(t('Import Layer {0}', short), project);
  if (path === undefined) return;
  const imported = await withProgress(t('Importing layer {0}', short), async signal =>
    bringIn((await project.connection.ensure()).client, { arn, path }, signal),
  );
  if (imported === undefined) return;
  const users = missing.get(arn)?.length ?? 0;
  void vscode.window.showInformationMessage(
    users === 0
      ? t('Layer {0} is here under its ARN.', short)
      : t('Layer {0} is here: {1} that names it has it from the next start on.', short, functionCount(users)),
  );
}

/** ARNs that functions name though the host doesn't have them, with the functions. */
function missingIn({ store, connection }: Project): ReadonlyMap<string, readonly string[]> {
  return new Map(
    layerEntries(store, connection.session?.info).flatMap(({ versions }) =>
      versions.flatMap(({ arn, summary, users }) => (summary === undefined ? [[arn, users] as const] : [])),
    ),
  );
}

async function pickArn(missing: ReadonlyMap<string, readonly string[]>): Promise<string | undefined> {
  const title = t('Import a Layer');
  if (missing.size > 0) {
    const chosen = await vscode.window.showQuickPick(
      [
        ...[...missing].map(([arn, users]) => ({
          label: `$(warning) ${shortLayerName(arn)}`,
          description: t('used by {0}', users.join(', ')),
          detail: arn,
          arn,
        })),
        { label: `$(edit) ${t('Another ARN…')}`, arn: undefined },
      ],
      {
        title,
        placeHolder: t('Layer versions that functions name and that are not here'),
        matchOnDetail: true,
      },
    );
    if (chosen === undefined || chosen.arn !== undefined) return chosen?.arn;
  }
  return vscode.window.showInputBox({
    ignoreFocusOut: true,
    title,
    prompt: t('ARN of the layer version. “aws lambda get-layer-version-by-arn” names the link to its zip.'),
    placeHolder: 'arn:aws:lambda:us-east-1:123456789012:layer:tools:3',
    validateInput: layerArnMistake,
  });
}
