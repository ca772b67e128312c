/** What the elements of the Layers view look like, and what a click on one does. */
import * as vscode from 'vscode';
import { commands } from '../contributions.ts';
import type { LayerEntry } from '../layers/layerEntries.ts';
import { layerFileRow, layerRow, layerVersionRow } from '../layers/layerRows.ts';
import { shortLayerName } from '../layers/layerArn.ts';
import { layerUri } from '../layers/layerUri.ts';
import { t } from '../localize.ts';
import { bytes } from './format.ts';
import { versionOf } from './layerTree.ts';
import type { LayerFileNode, LayersNode, LayerUserNode } from './layerTree.ts';
import { treeItem } from './treeItem.ts';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/**
 * Any element but a file (see {@link fileItem}). `entry`: of the layer that it belongs to; undefined where that is gone and
 * about to be drawn without.
 */
export function layerItem(
  node: LayersNode,
  entry: LayerEntry | undefined,
  folder: string | undefined,
): vscode.TreeItem {
  const { id, project } = node;
  switch (node.kind) {
    case 'layer':
      if (entry === undefined) return new vscode.TreeItem(node.key);
      return treeItem(
        id,
        layerRow(entry, folder),
        entry.versions.length + entry.users.length === 0 ? None : Collapsed,
        entry.declared === undefined
          ? undefined
          : { command: commands.layerOpenDeclaration, title: t('Open Declaration'), arguments: [node] },
      );
    case 'layerVersion': {
      const version = versionOf(entry, node.arn);
      if (version === undefined) return new vscode.TreeItem(shortLayerName(node.arn));
      const row = layerVersionRow(version, project.connection.session !== undefined);
      return treeItem(
        id,
        row,
        version.summary === undefined && version.users.length === 0 ? None : Collapsed,
      );
    }
    case 'layerUsers': {
      const users = versionOf(entry, node.arn)?.users ?? [];
      return treeItem(
        id,
        {
          label: t('Used by'),
          description: String(users.length),
          icon: { id: 'references' },
          spoken: t('Functions that use {0}: {1}', shortLayerName(node.arn), users.length),
          context: 'layerUsers',
        },
        Expanded,
      );
    }
    case 'layerUser':
      return userItem(node);
    case 'moreFiles':
      return treeItem(
        id,
        {
          label: t('Show more…'),
          icon: { id: 'ellipsis' },
          spoken: t('Show more files of {0}', node.path === '' ? shortLayerName(node.arn) : node.path),
          context: 'more',
        },
        None,
        { command: commands.layerShowMore, title: t('Show More'), arguments: [node] },
      );
    case 'layerFolder':
    case 'layerFile': {
      const size = bytes(versionOf(entry, node.arn)?.summary?.codeSize ?? 0);
      return treeItem(
        id,
        {
          label: t('Contents'),
          description: size,
          icon: { id: 'folder-library' },
          spoken: t('Contents of {0}, {1}', shortLayerName(node.arn), size),
          context: 'layerContents',
        },
        Collapsed,
      );
    }
    case 'failed':
    case 'tooMany': {
      const text =
        node.kind === 'failed' ? node.message : t('More than {0} files: only these are shown.', node.message);
      return treeItem(
        id,
        {
          label: text,
          icon: { id: node.kind === 'failed' ? 'warning' : 'info' },
          spoken: text,
          context: 'note',
        },
        None,
      );
    }
  }
}

function userItem(node: LayerUserNode): vscode.TreeItem {
  return treeItem(
    node.id,
    {
      label: node.name,
      icon: { id: 'symbol-function' },
      spoken: t('Used by function {0}', node.name),
      // Without the version there is nothing that could be detached.
      context: node.arn === undefined ? 'layerUser' : 'layerUser+attached',
    },
    None,
    { command: commands.functionOpenHandler, title: t('Open Handler'), arguments: [node] },
  );
}

/** A file or folder of a layer. Never rejects: what is gone is about to be drawn again without it. */
export async function fileItem(node: LayerFileNode): Promise<vscode.TreeItem> {
  const { id, project, arn, path } = node;
  const entry = await project.layerContents.entry(arn, path).catch(() => undefined);
  if (entry === undefined) return new vscode.TreeItem(path);
  const isFolder = node.kind === 'layerFolder';
  const item = treeItem(
    id,
    layerFileRow(entry),
    isFolder ? Collapsed : None,
    isFolder ? undefined : { command: commands.layerOpenFile, title: t('Open File'), arguments: [node] },
  );
  // With the user's own file icons.
  item.resourceUri = layerUri(node);
  item.iconPath = isFolder ? vscode.ThemeIcon.Folder : vscode.ThemeIcon.File;
  return item;
}
