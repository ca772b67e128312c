/** The contents of a layer version, for people to look at: one folder, or one file, at a time. */
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AwsError } from '../../../protocol/awsError.ts';
import type { LayerEntry, LayerFolder } from '../../../protocol/model.ts';

/** Entries that one answer holds. */
const MOST_ENTRIES = 10_000;
/** Bytes of a file that can be read: what nobody would look at is not loaded into anything. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** `name`: below the layer's folder `root`, with slashes; '' for its top. Rejects with an AwsError where that is no folder in it. */
export async function readLayerFolder(root: string, name: string): Promise<LayerFolder> {
  const folder = await placeOf(root, name);
  const names = (await readdir(folder).catch(notThere(name))).sort(compare);
  const entries = await Promise.all(names.slice(0, MOST_ENTRIES).map(each => look(folder, each)));
  return {
    entries: entries.filter(entry => entry !== undefined).sort(foldersFirst),
    truncated: names.length > MOST_ENTRIES,
  };
}

/** As {@link readLayerFolder}; also where the file has more than {@link MAX_FILE_BYTES}. */
export async function readLayerFile(root: string, name: string): Promise<Buffer> {
  const file = await placeOf(root, name);
  const handle = await open(file, 'r').catch(notThere(name));
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new AwsError('ValidationException', 400, `${name} is not a file.`);
    if (status.size > MAX_FILE_BYTES)
      throw new AwsError(
        'RequestEntityTooLargeException',
        413,
        `${name} has ${status.size} bytes: files of up to ${MAX_FILE_BYTES} can be read.`,
      );
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Where it is on this machine, links followed, as long as they stay in the layer. */
async function placeOf(root: string, name: string): Promise<string> {
  const parts = name.split('/');
  if (name.includes('\0') || path.isAbsolute(name) || parts.includes('..'))
    throw new AwsError('ValidationException', 400, `The path must stay in the layer: ${name}`);
  const base = await realpath(root).catch(notThere(name));
  const place = await realpath(path.join(base, ...parts)).catch(notThere(name));
  if (place !== base && !place.startsWith(base + path.sep))
    throw new AwsError('ValidationException', 400, `${name} is a link that leads out of the layer.`);
  return place;
}

const notThere =
  (name: string) =>
  (error: unknown): never => {
    const words = name === '' ? 'The layer’s files are not there.' : `There is no ${name} in the layer.`;
    throw new AwsError('ResourceNotFoundException', 404, words, { cause: error });
  };

async function look(folder: string, name: string): Promise<LayerEntry | undefined> {
  const file = path.join(folder, name);
  const status = await lstat(file).catch(() => undefined);
  if (status?.isDirectory() === true) return { name, kind: 'folder' };
  if (status?.isFile() === true) return { name, kind: 'file', size: status.size };
  if (status?.isSymbolicLink() === true) return { name, kind: 'link', target: await readlink(file) };
  return undefined;
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);

const foldersFirst = (a: LayerEntry, b: LayerEntry): number =>
  Number(b.kind === 'folder') - Number(a.kind === 'folder') || compare(a.name, b.name);
