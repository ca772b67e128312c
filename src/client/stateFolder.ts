/** Where a workspace's state lives (DESIGN.md, Processes). */
import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { type Surroundings, surroundings, userDataFolder } from './userFolders.ts';

/**
 * Absolute path of the state folder of a workspace: `<user data folder>/lamplight/<16 hex of sha256 of the folder's
 * real path>`, so that every way to the same folder leads to the same host. Nothing is created.
 * Rejects (ENOENT) where the workspace folder does not exist.
 */
export async function stateFolderPath(folder: string, here: Surroundings = surroundings()): Promise<string> {
  return statePathOf(await realpath(folder), here);
}

/** {@link stateFolderPath} for a path that is already real. */
export function statePathOf(realFolder: string, here: Surroundings = surroundings()): string {
  const id = createHash('sha256').update(realFolder).digest('hex').slice(0, 16);
  return path.join(userDataFolder(here), id);
}

/** {@link stateFolderPath}, created (0700) where it is missing. */
export async function stateFolder(folder: string, here: Surroundings = surroundings()): Promise<string> {
  const state = await stateFolderPath(folder, here);
  await mkdir(state, { recursive: true, mode: 0o700 });
  return state;
}
