import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { commands } from '../contributions.ts';
import { attachLayer, detachLayer } from '../layers/attachLayers.ts';
import { removeLayer } from '../layers/deleteLayer.ts';
import { importLayer } from '../layers/importLayer.ts';
import { shortLayerName } from '../layers/layerArn.ts';
import { layerUri } from '../layers/layerUri.ts';
import { publishLayer, publishTemplatesLayer } from '../layers/publishLayer.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import { bytes } from '../views/format.ts';
import { layerNameOf, textIn } from './commandArguments.ts';
import { projectIn } from './pickers.ts';
import type { CommandTable } from './table.ts';

interface Version {
  readonly project: Project;
  readonly arn: string;
}

/** Commands on layers: from the trees, or from the palette, which asks. */
export function layerCommands(app: App) {
  const projectOf = async (argument: unknown): Promise<Project | undefined> =>
    projectIn(argument) ?? (await app.pickers.project());

  /** The version that an element of the tree stands for, else one that the user picks; undefined where that is none. */
  async function versionOf(
    argument: unknown,
    title: string,
    fits: (project: Project, arn: string) => boolean,
  ): Promise<Version | undefined> {
    const project = await projectOf(argument);
    if (project === undefined) return undefined;
    const given = textIn(argument, 'arn');
    if (given !== undefined) return { project, arn: given };
    await project.connection.ensure();
    const items = project.store
      .layerVersions()
      .filter(({ arn }) => fits(project, arn))
      .sort((a, b) => (a.name === b.name ? b.version - a.version : a.name < b.name ? -1 : 1))
      .map(layer => ({
        label: `$(package) ${layer.name}:${layer.version}`,
        description: [layer.description, bytes(layer.codeSize)].filter(Boolean).join(' · '),
        arn: layer.arn,
      }));
    if (items.length === 0) {
      void vscode.window.showInformationMessage(
        t('There is no such layer version. Publish or import one first.'),
      );
      return undefined;
    }
    const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
    return chosen && { project, arn: chosen.arn };
  }

  return {
    [commands.layerPublish]: async argument => {
      const project = await projectOf(argument);
      if (project === undefined) return;
      const arn = textIn(argument, 'arn');
      if (arn !== undefined && project.store.layerVersion(arn)?.source === 'workspace')
        await publishTemplatesLayer(project, arn);
      else await publishLayer(project, layerNameOf(argument));
    },
    [commands.layerImport]: async argument => {
      const project = await projectOf(argument);
      if (project !== undefined) await importLayer(project, textIn(argument, 'arn'));
    },
    [commands.layerAttach]: async argument => {
      const arn = textIn(argument, 'arn');
      // Of the palette and of a function's element: which layer is asked after which function.
      const target =
        arn === undefined
          ? await app.pickers.target(argument)
          : await app.pickers.pickFunction({
              project: projectIn(argument),
              title: t('Attach Layer {0} to a Function', shortLayerName(arn)),
            });
      if (target !== undefined) await attachLayer(target, arn);
    },
    [commands.layerDetach]: async argument => {
      const target = await app.pickers.target(argument);
      if (target !== undefined) await detachLayer(target, textIn(argument, 'arn'));
    },
    [commands.layerDelete]: async argument => {
      const found = await versionOf(
        argument,
        t('Delete a Layer Version'),
        (project, arn) => project.store.layerVersion(arn)?.source !== 'workspace',
      );
      const deletion = found && (await removeLayer(found.project, found.arn));
      if (deletion !== undefined) app.deletions.add(deletion);
    },
    [commands.layerCopyArn]: async argument => {
      const found = await versionOf(argument, t('Copy the ARN of a Layer Version'), () => true);
      if (found !== undefined) await vscode.env.clipboard.writeText(found.arn);
    },
    [commands.layerOpenFile]: async argument => {
      const project = projectIn(argument);
      const arn = textIn(argument, 'arn');
      const path = textIn(argument, 'path');
      if (project === undefined || arn === undefined || path === undefined) return;
      // Whatever editor is for such files: pictures and binary files have their own.
      await vscode.commands.executeCommand('vscode.open', layerUri({ project, arn, path }), {
        preview: true,
      });
    },
    [commands.layerShowMore]: argument => {
      const project = projectIn(argument);
      const arn = textIn(argument, 'arn');
      const path = textIn(argument, 'path');
      if (project === undefined || arn === undefined || path === undefined) return;
      project.layerContents.showMore(arn, path);
      project.store.onChange.fire({ kind: 'layers' });
    },
  } satisfies CommandTable;
}
