/** The layers of a function: what it has, in which order, and what it gets or loses. */
import path from 'node:path';
import * as vscode from 'vscode';
import { functionLayers, setFunctionLayers } from '../../client/layers.ts';
import type { FunctionLayers } from '../../client/layers.ts';
import type { LayerVersionSummary } from '../../protocol/model.ts';
import { withProgress } from '../cancellation.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { bytes } from '../views/format.ts';
import { shortLayerName } from './layerArn.ts';
import { withLayer } from './layerOrder.ts';

/** Asks for a layer version where none is given, and attaches it as the last of the function's layers. */
export async function attachLayer(target: FunctionTarget, given?: string): Promise<void> {
  const was = await layersNow(target);
  const arn = given ?? (await pickVersion(target, was));
  if (arn === undefined) return;
  const { arns, replaced } = withLayer(was.arns, arn);
  if (replaced === arn) {
    void vscode.window.showInformationMessage(
      t('{0} has layer {1} already.', target.name, shortLayerName(arn)),
    );
    return;
  }
  await change(target, was, arns, t('Attaching layer {0} to {1}', shortLayerName(arn), target.name));
}

/** Asks for one of the function's layers where none is given, and takes it away. */
export async function detachLayer(target: FunctionTarget, given?: string): Promise<void> {
  const was = await layersNow(target);
  const arn = given ?? (await pickAttached(target, was));
  if (arn === undefined) return;
  if (!was.arns.includes(arn))
    throw new Error(t('{0} does not have layer {1} any more.', target.name, shortLayerName(arn)));
  const arns = was.arns.filter(one => one !== arn);
  await change(target, was, arns, t('Detaching layer {0} from {1}', shortLayerName(arn), target.name));
}

async function layersNow({ project, name }: FunctionTarget): Promise<FunctionLayers> {
  return functionLayers((await project.connection.ensure()).client, name);
}

async function change(
  target: FunctionTarget,
  was: FunctionLayers,
  arns: readonly string[],
  title: string,
): Promise<void> {
  const { project, name } = target;
  const done = await withProgress(title, async signal => {
    await setFunctionLayers((await project.connection.ensure()).client, name, was, arns, signal);
    return true;
  });
  if (done === undefined) return;
  void vscode.window.showInformationMessage([orderText(name, arns), ...untilReload(target)].join(' '));
}

function orderText(name: string, arns: readonly string[]): string {
  if (arns.length === 0) return t('{0} has no layers now.', name);
  const list = numbered(arns);
  return arns.length === 1
    ? t('Layers of {0}: {1}.', name, list)
    : t('Layers of {0}, later ones over earlier ones: {1}.', name, list);
}

const numbered = (arns: readonly string[]): string =>
  arns.map((arn, index) => `${index + 1}. ${shortLayerName(arn)}`).join(', ');

/** A declared function belongs to its template (docs/workspace.md): what is set here lasts until that says otherwise. */
function untilReload({ project, name }: FunctionTarget): readonly string[] {
  const template = project.store.function(name)?.declared?.owner.template;
  return template === undefined
    ? []
    : [
        t(
          'It lasts until what {0} declares of {1} changes; write it there to keep it.',
          path.relative(project.path, project.paths.shown(template)),
          name,
        ),
      ];
}

async function pickVersion(target: FunctionTarget, was: FunctionLayers): Promise<string | undefined> {
  const { project, name } = target;
  const runtime = project.store.function(name)?.live?.runtime;
  const versions = project.store
    .layerVersions()
    .filter(({ arn }) => !was.arns.includes(arn))
    .sort((a, b) => (a.name === b.name ? b.version - a.version : a.name < b.name ? -1 : 1));
  if (versions.length === 0) {
    void vscode.window.showInformationMessage(
      t('There is no layer that {0} could get. Publish or import one first.', name),
    );
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(
    versions.map(layer => ({
      label: `$(package) ${layer.name}:${layer.version}`,
      description: factsOf(layer, runtime).join(' · '),
      ...insteadOf(was, layer),
      arn: layer.arn,
    })),
    {
      title: t('Attach a Layer to {0}', name),
      placeHolder:
        was.arns.length === 0
          ? t('It has no layers yet')
          : t('It has {0}; a new one comes last and wins', numbered(was.arns)),
      matchOnDescription: true,
    },
  );
  return chosen?.arn;
}

function factsOf(layer: LayerVersionSummary, runtime: string | undefined): readonly string[] {
  const { compatibleRuntimes } = layer;
  const other =
    runtime !== undefined && compatibleRuntimes.length > 0 && !compatibleRuntimes.includes(runtime);
  return [
    ...(layer.description === '' ? [] : [layer.description]),
    bytes(layer.codeSize),
    ...(other ? [t('made for {0}', compatibleRuntimes.join(', '))] : []),
  ];
}

/** A function has one version of a layer, so the new one takes the place of the one that it has. */
function insteadOf({ arns }: FunctionLayers, { arn }: LayerVersionSummary): { readonly detail?: string } {
  const { replaced } = withLayer(arns, arn);
  return replaced === undefined ? {} : { detail: t('Takes the place of {0}', shortLayerName(replaced)) };
}

async function pickAttached({ name }: FunctionTarget, { arns }: FunctionLayers): Promise<string | undefined> {
  if (arns.length === 0) {
    void vscode.window.showInformationMessage(t('{0} has no layers.', name));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(
    arns.map((arn, index) => ({
      label: `${index + 1}. ${shortLayerName(arn)}`,
      description: arn,
      arn,
    })),
    {
      title: t('Detach a Layer from {0}', name),
      placeHolder: t('In this order they are merged: later ones win'),
      matchOnDescription: true,
    },
  );
  return chosen?.arn;
}
