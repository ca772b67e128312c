/** What a list of layers gives when they are unpacked over each other: the files of /opt, before anything is copied. */
import { createHash } from 'node:crypto';
import { walkTree, type TreeEntry } from '../../files/walkTree.ts';

export interface Layer {
  /** Absolute path of its folder. */
  readonly root: string;
  /** Nothing ever changes in it: it is named by its contents. */
  readonly fixed: boolean;
}

export interface PlannedEntry extends Pick<TreeEntry, 'file' | 'kind' | 'mode'> {
  readonly target?: string;
  /** Of a layer that is fixed: its file can be shared instead of copied. */
  readonly fixed: boolean;
  /** Tells whether a file of a layer that may change is the one that was copied before. */
  readonly stamp: string;
}

/** By name below /opt, folders before what lies in them. */
export type LayerPlan = ReadonlyMap<string, PlannedEntry>;

/** What was seen in a layer. */
export interface SeenLayer extends Layer {
  readonly entries: readonly TreeEntry[];
  /** Changes when anything in it does. */
  readonly signature: string;
}

/** A layer that is fixed is known by its path: its files are looked at when a copy is made. */
export async function lookAt(layer: Layer): Promise<SeenLayer> {
  if (layer.fixed) return { ...layer, entries: [], signature: layer.root };
  const entries = await entriesOf(layer.root);
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(`${entry.name}\0${stampOf(entry)}\0`);
  return { ...layer, entries, signature: `${layer.root}\0${hash.digest('hex')}` };
}

async function entriesOf(root: string): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for await (const entry of walkTree(root)) entries.push(entry);
  return entries;
}

const stampOf = ({ kind, size, mtimeMs, mode, target, outside }: TreeEntry): string =>
  kind === 'folder' ? kind : [kind, size, mtimeMs, mode & 0o111, target ?? '', outside].join(':');

/** Of two entries with one name that of the later layer counts; folders of one name are one folder. */
export async function planOf(layers: readonly SeenLayer[]): Promise<LayerPlan> {
  const plan = new Map<string, PlannedEntry>();
  for (const { root, fixed, entries } of layers)
    for (const entry of fixed ? await entriesOf(root) : entries) {
      const { name, file, kind, mode, target } = entry;
      const before = plan.get(name);
      if (before?.kind === 'folder' && kind === 'folder') continue;
      if (before?.kind === 'folder') removeBelow(plan, name);
      // What lies in a folder comes after it, also where the folder takes the place of a file.
      plan.delete(name);
      plan.set(name, {
        file,
        kind,
        mode,
        fixed,
        stamp: `${file}\0${stampOf(entry)}`,
        ...(target === undefined ? {} : { target }),
      });
    }
  return plan;
}

function removeBelow(plan: Map<string, PlannedEntry>, folder: string): void {
  for (const name of plan.keys()) if (name.startsWith(`${folder}/`)) plan.delete(name);
}
