/** The layers that a template declares are part of a function's code: a change in one of them is new code. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { BuildInputs, BuildResult } from './buildResult.ts';

/** Folders of a layer that are watched one by one: a workspace's watch does not enter node_modules, where a layer's code lies. */
const MOST_FOLDERS = 200;

/**
 * The result of a build, whose inputs and hash cover the layers too.
 * @param layers absolute folders
 */
export async function withLayers(result: BuildResult, layers: readonly string[]): Promise<BuildResult> {
  const seen = await Promise.all(layers.map(look));
  const inputs: BuildInputs = {
    folders: [...result.inputs.folders, ...seen.flatMap(({ folders }) => folders)],
    trees: [...result.inputs.trees, ...layers],
    touchedBy: file => result.inputs.touchedBy(file) || layers.some(layer => isIn(layer, file)),
  };
  if (!result.ok || result.code.kind !== 'folder') return { ...result, inputs };
  const hash = createHash('sha256').update(result.code.hash);
  for (const { signature } of seen) hash.update(signature);
  return { ...result, inputs, code: { ...result.code, hash: hash.digest('hex').slice(0, 32) } };
}

function isIn(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

/** `signature` changes with what lies in the layer, which is mostly packages: files are counted, not read. */
async function look(layer: string): Promise<{ folders: string[]; signature: string }> {
  const entries = await readdir(layer, { recursive: true, withFileTypes: true }).catch(() => []);
  const folders = [layer];
  const hash = createHash('sha256').update(layer);
  for (const entry of entries) {
    const place = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory() && folders.length < MOST_FOLDERS) folders.push(place);
    const status = entry.isFile() ? await stat(place).catch(() => undefined) : undefined;
    if (status !== undefined) hash.update(`${place}\0${status.size}\0${status.mtimeMs}\0`);
  }
  return { folders, signature: hash.digest('hex') };
}
