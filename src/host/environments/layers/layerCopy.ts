/** Makes the folder that a plan describes, copying as little as it can. */
import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { LayerPlan, PlannedEntry } from './layerPlan.ts';

/** A copy that was made before, of the same layers. */
export interface EarlierCopy {
  readonly folder: string;
  readonly plan: LayerPlan;
}

/** Files made at the same time; small ones are mostly waiting. */
const AT_ONCE = 16;

/**
 * Fills the existing, empty folder `target`. Files become read-only; folders stay writable for their owner, so that the
 * copy can be removed again. Files of fixed layers, and those that an earlier copy has already, are hard links.
 */
export async function copyLayers(
  plan: LayerPlan,
  target: string,
  earlier: EarlierCopy | undefined,
): Promise<void> {
  const files: [string, PlannedEntry][] = [];
  for (const [name, entry] of plan) {
    if (entry.kind === 'folder') await mkdir(path.join(target, name), { mode: 0o755 });
    else files.push([name, entry]);
  }
  const remaining = files.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [name, entry] of remaining) await make(path.join(target, name), name, entry, earlier);
    }),
  );
}

async function make(
  to: string,
  name: string,
  entry: PlannedEntry,
  earlier: EarlierCopy | undefined,
): Promise<void> {
  if (entry.kind === 'link') {
    await symlink(entry.target ?? '', to);
    return;
  }
  const known = earlier?.plan.get(name)?.stamp === entry.stamp ? earlier : undefined;
  // A file of the user's own tree is never linked: its next save would be one of the copy, too.
  const shared = entry.fixed ? entry.file : known === undefined ? undefined : path.join(known.folder, name);
  if (shared !== undefined && (await linked(shared, to))) return;
  await copyFile(entry.file, to, constants.COPYFILE_FICLONE);
  await chmod(to, entry.mode & 0o111 ? 0o555 : 0o444);
}

/** False where that file system can't, where the file has too many names already, or is gone. */
const linked = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    () => false,
  );
