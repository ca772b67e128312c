/** What lies in a folder, as one tree. */
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { leavesTree } from './symlinks.ts';

export interface TreeEntry {
  /** Below the folder, with forward slashes. */
  readonly name: string;
  /** Where it is on this machine; of something behind a link that leads out, where that is. */
  readonly file: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Bytes of a file. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly mode: number;
  /** Of a link, as it is written. */
  readonly target?: string;
  /** A link that leads out of the folder, or something behind one. */
  readonly outside: boolean;
}

/**
 * Everything below `folder`, in the order of the names, a folder before what lies in it; what is neither file, folder nor
 * link is left out. Links inside the tree are links. One that leads out of it (a linked package of a monorepo) is
 * followed, since what it leads to would not be there in a copy; one that leads nowhere stays. Throws where a link leads
 * back to a folder that it lies in, and what the file system throws. `follow: false` leaves links that lead out away.
 */
export async function* walkTree(
  folder: string,
  { follow = true }: { readonly follow?: boolean } = {},
): AsyncGenerator<TreeEntry> {
  const root = await realpath(folder);
  yield* entriesOf({ root, folder: root, prefix: '', above: [root], outside: false, follow });
}

interface Place {
  /** What links must not leave. */
  readonly root: string;
  readonly folder: string;
  readonly prefix: string;
  /** Real paths of the folders that led here. */
  readonly above: readonly string[];
  readonly outside: boolean;
  readonly follow: boolean;
}

async function* entriesOf(place: Place): AsyncGenerator<TreeEntry> {
  const names = (await readdir(place.folder)).sort();
  const entries = await Promise.all(names.map(name => look(place, name)));
  for (const found of entries) {
    if (found === undefined) continue;
    yield found.entry;
    if (found.entry.kind === 'folder') yield* entriesOf(await below(place, found));
  }
}

interface Found {
  readonly entry: TreeEntry;
  /** It is a link that leads out, followed. */
  readonly followed: boolean;
}

async function look(place: Place, base: string): Promise<Found | undefined> {
  const file = path.join(place.folder, base);
  const name = place.prefix + base;
  const own = await lstat(file);
  const about = { name, file, size: own.size, mtimeMs: own.mtimeMs, mode: own.mode, outside: place.outside };
  if (own.isFile()) return { entry: { ...about, kind: 'file' }, followed: false };
  if (own.isDirectory()) return { entry: { ...about, kind: 'folder' }, followed: false };
  if (!own.isSymbolicLink()) return undefined;
  const leaves = await leavesTree(file, place.root);
  if (leaves && !place.follow) return undefined;
  const behind = leaves ? await stat(file).catch(() => undefined) : undefined;
  if (behind === undefined)
    return { entry: { ...about, kind: 'link', target: await readlink(file) }, followed: false };
  if (!behind.isFile() && !behind.isDirectory()) return undefined;
  const { size, mtimeMs, mode } = behind;
  const kind = behind.isFile() ? 'file' : 'folder';
  return { entry: { name, file, kind, size, mtimeMs, mode, outside: true }, followed: true };
}

async function below(place: Place, { entry, followed }: Found): Promise<Place> {
  const real = followed ? await realpath(entry.file) : entry.file;
  if (place.above.includes(real))
    throw new Error(`The link ${entry.file} leads back to a folder that it lies in.`);
  return {
    // What lies behind a link that leads out has its own inside.
    root: followed ? real : place.root,
    folder: real,
    prefix: `${entry.name}/`,
    above: [...place.above, real],
    outside: entry.outside,
    follow: place.follow,
  };
}
