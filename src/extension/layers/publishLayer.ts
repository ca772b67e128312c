/** A new layer, or the next version of one. */
import * as vscode from 'vscode';
import { publishLayer as publishTemplates, publishNewLayer } from '../../client/controlCalls.ts';
import type { LayerVersionSummary } from '../../protocol/model.ts';
import { supportedRuntimes } from '../../workspace/runtimes.ts';
import { withProgress } from '../cancellation.ts';
import { commands } from '../contributions.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import { askDescription } from '../versions/publish.ts';
import { layerNameMistake } from './layerArn.ts';
import { pickLayerSource } from './layerSource.ts';

/** Runtimes that Lambda takes for one layer, at most (its API's page of PublishLayerVersion). */
const MOST_RUNTIMES = 15;

/** Asks for what a layer needs, and publishes it; `name`: of a layer that is there. */
export async function publishLayer(project: Project, given?: string): Promise<void> {
  const name =
    given ??
    (await vscode.window.showInputBox({
      ignoreFocusOut: true,
      title: t('Publish a Layer'),
      prompt: t('Name of the layer; one that is there gets its next version.'),
      placeHolder: 'tools',
      validateInput: layerNameMistake,
    }));
  if (name === undefined) return;
  await project.connection.ensure();
  const title = t('Publish Layer {0}', name);
  const before = newestOf(project, name);
  const path = await pickLayerSource(title, project);
  if (path === undefined) return;
  const runtimes = await pickRuntimes(title, project, before);
  if (runtimes === undefined) return;
  const description = await askDescription(title, t('What is in this version'), before?.description);
  if (description === undefined) return;
  const published = await withProgress(t('Publishing layer {0}', name), async signal =>
    publishNewLayer(
      (await project.connection.ensure()).client,
      {
        name,
        path,
        ...(description === '' ? {} : { description }),
        ...(runtimes.length === 0 ? {} : { compatibleRuntimes: runtimes }),
      },
      signal,
    ),
  );
  if (published !== undefined) await offerToAttach(project, published);
}

/** Keeps what the layer of a template has now, as its next version: that one stays as it is. */
export async function publishTemplatesLayer(project: Project, arn: string): Promise<void> {
  const published = await withProgress(t('Publishing what the template’s layer has now'), async signal => {
    if (!(await project.settle(signal)))
      throw new Error(t('A changed file could not be saved, so it would not have been published.'));
    return publishTemplates((await project.connection.ensure()).client, arn);
  });
  if (published !== undefined) await offerToAttach(project, published);
}

async function offerToAttach(project: Project, { arn, name, version }: LayerVersionSummary): Promise<void> {
  const attach = t('Attach to a Function…');
  const chosen = await vscode.window.showInformationMessage(
    t('Published version {0} of layer {1}.', version, name),
    attach,
  );
  if (chosen === attach) await vscode.commands.executeCommand(commands.layerAttach, { project, arn });
}

function newestOf(project: Project, name: string): LayerVersionSummary | undefined {
  return project.store
    .layerVersions()
    .filter(layer => layer.name === name && layer.source !== 'imported')
    .reduce<LayerVersionSummary | undefined>(
      (newest, layer) => (layer.version > (newest?.version ?? 0) ? layer : newest),
      undefined,
    );
}

/** Those of the version before are chosen; none is right for files that suit any. */
async function pickRuntimes(
  title: string,
  project: Project,
  before: LayerVersionSummary | undefined,
): Promise<readonly string[] | undefined> {
  const used = new Set(
    project.store.functions().map(({ declared, live }) => live?.runtime ?? declared?.runtime),
  );
  const all = supportedRuntimes;
  const item = (runtime: string) => ({
    label: runtime,
    picked: before?.compatibleRuntimes.includes(runtime) ?? false,
    ...(used.has(runtime) ? { description: t('used in this folder') } : {}),
  });
  const items = [...all.filter(name => used.has(name)), ...all.filter(name => !used.has(name))].map(item);
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t('Compatible runtimes; none where it suits any'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (chosen !== undefined && chosen.length > MOST_RUNTIMES)
    throw new Error(t('{0} runtimes are too many: Lambda takes {1}.', chosen.length, MOST_RUNTIMES));
  return chosen?.map(({ label }) => label);
}
