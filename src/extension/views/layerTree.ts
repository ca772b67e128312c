/** Elements of the Layers view, and what stands below what. */
import { messageOf } from '../errors.ts';
import { layerEntries } from '../layers/layerEntries.ts';
import type { LayerEntry, LayerVersionEntry } from '../layers/layerEntries.ts';
import type { Project } from '../project/project.ts';
import { folderId } from './functionTree.ts';

interface OfLayer {
  readonly id: string;
  readonly project: Project;
  /** Of the layer (layerEntries.ts). */
  readonly key: string;
}

export interface LayerNode extends OfLayer {
  readonly kind: 'layer';
}

/** A version of a layer, or one of the two things that it has. */
export interface LayerVersionNode extends OfLayer {
  readonly kind: 'layerVersion' | 'layerUsers';
  readonly arn: string;
}

/** A function that uses a version; any version, where the host doesn't tell. */
export interface LayerUserNode extends OfLayer {
  readonly kind: 'layerUser';
  readonly arn?: string;
  /** Of the function. */
  readonly name: string;
}

/** What lies in a version; its top is called its contents. */
export interface LayerFileNode extends OfLayer {
  readonly kind: 'layerFolder' | 'layerFile' | 'moreFiles';
  readonly arn: string;
  readonly path: string;
}

/** Why something can't be shown, or that there is more than can be. */
export interface LayerNoteNode extends OfLayer {
  readonly kind: 'failed' | 'tooMany';
  readonly message: string;
}

export type LayersNode = LayerNode | LayerVersionNode | LayerUserNode | LayerFileNode | LayerNoteNode;

/** The layers of a folder as they are now. */
export function layersOf(project: Project): readonly LayerEntry[] {
  return layerEntries(project.store, project.connection.session?.info);
}

export const layerNodes = (project: Project, entries: readonly LayerEntry[]): readonly LayerNode[] =>
  entries.map(({ key }) => ({
    kind: 'layer',
    id: `${folderId(project)}/${encodeURIComponent(key)}`,
    project,
    key,
  }));

export const versionOf = (
  entry: LayerEntry | undefined,
  arn: string | undefined,
): LayerVersionEntry | undefined => entry?.versions.find(version => version.arn === arn);

/** `entry`: of the layer that `parent` belongs to; undefined where it is gone. */
export async function layerChildren(
  parent: LayersNode,
  entry: LayerEntry | undefined,
): Promise<readonly LayersNode[]> {
  switch (parent.kind) {
    case 'layer':
      return [
        ...(entry?.versions ?? []).map(({ arn, version }): LayerVersionNode => ({
          ...parent,
          kind: 'layerVersion',
          id: `${parent.id}/${version}`,
          arn,
        })),
        ...userNodes(parent, entry?.users ?? []),
      ];
    case 'layerVersion':
      return versionChildren(parent, versionOf(entry, parent.arn));
    case 'layerUsers':
      return userNodes(parent, versionOf(entry, parent.arn)?.users ?? []);
    case 'layerFolder':
      return fileNodes(parent);
    case 'layerUser':
    case 'layerFile':
    case 'moreFiles':
    case 'failed':
    case 'tooMany':
      return [];
  }
}

function versionChildren(
  parent: LayerVersionNode,
  version: LayerVersionEntry | undefined,
): readonly LayersNode[] {
  const { id, project, key, arn } = parent;
  if (version === undefined) return [];
  // What is not here has nothing but users.
  if (version.summary === undefined) return userNodes(parent, version.users);
  return [
    { kind: 'layerFolder', id: `${id}/contents`, project, key, arn, path: '' },
    ...(version.users.length === 0
      ? []
      : [{ kind: 'layerUsers', id: `${id}/users`, project, key, arn } as const]),
  ];
}

function userNodes(
  { id, project, key, ...rest }: LayerNode | LayerVersionNode,
  users: readonly string[],
): readonly LayerUserNode[] {
  const arn = 'arn' in rest ? { arn: rest.arn } : {};
  return users.map(name => ({
    kind: 'layerUser',
    // A function may be called as a version is; no encoded name has a plus.
    id: `${id}/+${encodeURIComponent(name)}`,
    project,
    key,
    ...arn,
    name,
  }));
}

async function fileNodes({ id, project, key, arn, path }: LayerFileNode): Promise<readonly LayersNode[]> {
  const { layerContents } = project;
  try {
    const { entries, truncated } = await layerContents.folder(arn, path);
    const shown = entries.slice(0, layerContents.shown(arn, path));
    return [
      ...shown.map((entry): LayerFileNode => ({
        kind: entry.kind === 'folder' ? 'layerFolder' : 'layerFile',
        id: `${id}/${encodeURIComponent(entry.name)}${entry.kind === 'folder' ? '+' : ''}`,
        project,
        key,
        arn,
        path: path === '' ? entry.name : `${path}/${entry.name}`,
      })),
      ...(shown.length < entries.length
        ? [{ kind: 'moreFiles', id: `${id}/+more`, project, key, arn, path } as const]
        : truncated
          ? [{ kind: 'tooMany', id: `${id}/+rest`, project, key, message: String(entries.length) } as const]
          : []),
    ];
  } catch (error) {
    return [{ kind: 'failed', id: `${id}/+failed`, project, key, message: messageOf(error) }];
  }
}
