/** A bounded walk over a folder, near files first. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

export interface WalkOptions {
  /** Whether a folder of that name is entered. */
  readonly enter: (name: string, parent: string) => boolean;
  /** Entries (files and folders) after which the walk ends. */
  readonly most: number;
  /** Folders below the first. */
  readonly deepest: number;
}

export interface WalkedFolder {
  readonly folder: string;
  /** Names of plain files and of symbolic links. */
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

export interface Walk {
  readonly folders: readonly WalkedFolder[];
  /** The bound was reached: there is more. */
  readonly truncated: boolean;
}

/** Folders read at the same time: more only queue in libuv's four threads. */
const PARALLEL = 16;

/**
 * Reads `root` and all folders below it, level by level, names in order. Symbolic links to folders are not followed (they
 * may lead out or in circles); folders that can't be read count as empty.
 */
export async function walk(root: string, options: WalkOptions): Promise<Walk> {
  const found: WalkedFolder[] = [];
  let level = [root];
  let entries = 0;
  let truncated = false;
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: string[] = [];
    for (let at = 0; at < level.length && !truncated; at += PARALLEL) {
      const read = await Promise.all(
        level.slice(at, at + PARALLEL).map(folder => readFolder(folder, options.enter)),
      );
      for (const folder of read) {
        found.push(folder);
        entries += folder.files.length + folder.folders.length;
        for (const name of folder.folders) next.push(path.join(folder.folder, name));
      }
      truncated ||= entries > options.most;
    }
    if (truncated) break;
    if (depth >= options.deepest) {
      truncated = next.length > 0;
      break;
    }
    level = next;
  }
  return { folders: found, truncated };
}

async function readFolder(folder: string, enter: WalkOptions['enter']): Promise<WalkedFolder> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) {
      if (enter(entry.name, folder)) folders.push(entry.name);
    } else if (entry.isFile() || entry.isSymbolicLink()) files.push(entry.name);
  }
  // A Python virtual environment, whatever its name.
  if (files.includes('pyvenv.cfg')) return { folder, files: [], folders: [] };
  return { folder, files: files.sort(), folders: folders.sort() };
}
