/** The layers that a template declares are part of a function's code: a change in one of them is new code. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isIn } from '../files/isIn.ts';
import type { BuildInputs, BuildResult } from './buildResult.ts';

/** Folders of a layer that are watched one by one: a workspace's watch does not enter node_modules, where a layer's code lies. */
const MOST_FOLDERS = 200;

export interface LayerState {
  readonly root: string;
  readonly folders: readonly string[];
  /** Hexadecimal; changes with what lies in the layer, which is mostly packages: files are counted, not read. */
  readonly signature: string;
  /** Bytes of the files. */
  readonly size: number;
}

/** Looks at a layer's folder, or zip; one that isn't there is an empty one. */
export async function lookAtLayer(root: string): Promise<LayerState> {
  const itself = await stat(root).catch(() => undefined);
  if (itself?.isFile() === true) {
    const hash = createHash('sha256').update(`${root}\0${itself.size}\0${itself.mtimeMs}\0`);
    return { root, folders: [path.dirname(root)], signature: hash.digest('hex'), size: itself.size };
  }
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const folders = [root];
  const files: string[] = [];
  for (const entry of entries) {
    const place = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) files.push(place);
    else if (entry.isDirectory() && folders.length < MOST_FOLDERS) folders.push(place);
  }
  const hash = createHash('sha256').update(root);
  let size = 0;
  for (let at = 0; at < files.length; at += 64) {
    const batch = files.slice(at, at + 64);
    const states = await Promise.all(batch.map(file => stat(file).catch(() => undefined)));
    for (const [index, status] of states.entries()) {
      if (status === undefined) continue;
      size += status.size;
      hash.update(`${batch[index] ?? ''}\0${status.size}\0${status.mtimeMs}\0`);
    }
  }
  return { root, folders, signature: hash.digest('hex'), size };
}

/** The result of a build, whose inputs and hash cover the layers too. */
export function withLayers(result: BuildResult, layers: readonly LayerState[]): BuildResult {
  const inputs: BuildInputs = {
    folders: [...result.inputs.folders, ...layers.flatMap(({ folders }) => folders)],
    trees: [...result.inputs.trees, ...layers.map(({ root }) => root)],
    touchedBy: file => result.inputs.touchedBy(file) || layers.some(({ root }) => isIn(root, file)),
  };
  if (!result.ok || result.code.kind !== 'folder') return { ...result, inputs };
  const hash = createHash('sha256').update(result.code.hash);
  for (const { signature } of layers) hash.update(signature);
  return { ...result, inputs, code: { ...result.code, hash: hash.digest('hex').slice(0, 32) } };
}
