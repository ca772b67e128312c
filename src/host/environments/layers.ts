/** A function's layers as the one folder that AWS shows at /opt (spec/execution-environment.md §5.3). */
import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * One layer is used in place. Several are copied over each other, later ones last, once for each list: into
 * `folder/<hash of the list>`, which every environment with that list shares. Layers' own folders never change.
 */
export async function mergedLayers(folder: string, layers: readonly string[]): Promise<string | undefined> {
  if (layers.length < 2) return layers[0];
  const name = createHash('sha256').update(JSON.stringify(layers)).digest('hex').slice(0, 32);
  const merged = path.join(folder, name);
  if (await exists(merged)) return merged;
  const part = `${merged}.${randomUUID()}.part`;
  await mkdir(part, { recursive: true });
  try {
    for (const layer of layers)
      await cp(layer, part, { recursive: true, force: true, verbatimSymlinks: true });
    await rename(part, merged);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    // Another environment with the same list was quicker.
    if (!(await exists(merged))) throw error;
  }
  return merged;
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
