/** A function's layers as the one folder that AWS shows at /opt (spec/execution-environment.md §5.3). */
import { createHash, randomUUID } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Layers copied over each other, later ones last, once for each list: into `folder/<hash of the list>`, which every
 * environment with that list shares. The list's hash changes with what is in the layers, since a layer of the workspace is
 * used where it stands. `inPlace`: one layer alone is used as it is, by an engine that can mount it read-only.
 */
export async function mergedLayers(
  folder: string,
  layers: readonly string[],
  { inPlace }: { readonly inPlace: boolean },
): Promise<string | undefined> {
  if (layers.length === 0 || (layers.length === 1 && inPlace)) return layers[0];
  const hash = createHash('sha256');
  for (const layer of layers) hash.update(`${layer}\0${await signatureOf(layer)}\0`);
  const merged = path.join(folder, hash.digest('hex').slice(0, 32));
  if (await exists(merged)) return merged;
  const part = `${merged}.${randomUUID()}.part`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // The user of a container reads this one folder, mounted; the one around it keeps everybody else out.
  await mkdir(part, { mode: 0o755 });
  try {
    for (const layer of layers) {
      await cp(layer, part, {
        recursive: true,
        force: true,
        verbatimSymlinks: true,
        preserveTimestamps: true,
      });
    }
    await makeReadOnly(part);
    await rename(part, merged);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    // Another environment with the same list was quicker.
    if (!(await exists(merged))) throw error;
  }
  return merged;
}

/** Changes when anything in the folder does. */
async function signatureOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => !entry.isDirectory())
    .map(entry => path.join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    const { size, mtimeMs } = await lstat(file);
    hash.update(`${path.relative(folder, file)}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

/** The files; folders stay writable for their owner, so that the copy can be removed again. */
async function makeReadOnly(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    await chmod(file, (await lstat(file)).mode & 0o555);
  }
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
