/**
 * A deployment package that came over the API, unpacked as Lambda unpacks it: exec bits and relative symlinks kept, of
 * two entries with one name the last wins (spec/lambda-service.md §2.5). What an archive says of itself is not trusted:
 * nothing is ever written outside `target`, and inflating stops at the size limit.
 */
import { mkdir, open, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { AwsError } from '../../protocol/awsError.ts';
import { leavesTree } from '../files/symlinks.ts';

/** Bytes of all files of a package, unzipped; with layers it is the same figure for both together. */
export const MAX_UNZIPPED_BYTES = 262_144_000;
/** Not a limit of Lambda: a 50 MB zip can name 650,000 empty files, which no function needs and no disk likes. */
const MAX_ENTRIES = 200_000;
/** Entries that are inflated at the same time; small files are mostly waiting. */
const AT_ONCE = 8;
/** A symlink's target is a path. */
const MAX_LINK_BYTES = 4_096;

const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;
const FOLDER = 0o040000;
const REGULAR = 0o100000;

const invalid = (message: string, cause?: unknown): AwsError =>
  new AwsError('InvalidParameterValueException', 400, message, { cause });

const unreadable = (cause: unknown): AwsError =>
  invalid('Could not unzip uploaded file. Please check your file, then try to upload again.', cause);

/** What AWS says of more than {@link MAX_UNZIPPED_BYTES}. */
export const tooBig = (): AwsError =>
  invalid(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);

export interface Unpacked {
  /** Bytes of all files. */
  readonly unzippedBytes: number;
}

/**
 * Unpacks the file `zip` into the existing, empty folder `target`. Rejects with InvalidParameterValueException for a
 * package that is empty, corrupt, encrypted, too big, or that reaches outside; the folder may then hold a part of it.
 */
export async function unpackZip(zip: string, target: string): Promise<Unpacked> {
  if ((await stat(zip)).size === 0) throw invalid('Uploaded file must be a non-empty zip');
  const archive = await openArchive(zip).catch((error: unknown) => {
    throw isDiskTrouble(error) ? error : unreadable(error);
  });
  try {
    const entries = await readEntries(archive);
    if (entries.size === 0) throw invalid('Uploaded file must be a non-empty zip');
    return await writeEntries(archive, entries, target);
  } catch (error) {
    // Anything else is the archive's doing: a bad name, a bad checksum, a file where another entry needs a folder. Only
    // what our own disk did must not be blamed on the caller.
    if (error instanceof AwsError || isDiskTrouble(error)) throw error;
    throw unreadable(error);
  } finally {
    archive.close();
  }
}

const openArchive = (zip: string): Promise<ZipFile> =>
  openPromise(zip, { lazyEntries: true, decodeStrings: true, validateEntrySizes: true, autoClose: false });

const isDiskTrouble = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EIO'].includes(String(error.code));

/** By path inside the tree; the last entry of a name is the one that counts. */
async function readEntries(archive: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let declared = 0;
  let count = 0;
  for await (const entry of archive.eachEntry()) {
    // yauzl has refused absolute names, drive letters and `..` by now; this makes `a//b` and `./a/b` one name.
    const name = path.posix.normalize(entry.fileName).replace(/\/$/, '');
    if (name.startsWith('..') || path.posix.isAbsolute(name)) throw unreadable(entry.fileName);
    if (++count > MAX_ENTRIES) throw invalid(`The zip file has more than ${MAX_ENTRIES} entries.`);
    declared += entry.uncompressedSize;
    if (declared > MAX_UNZIPPED_BYTES) throw tooBig();
    if (name !== '.') entries.set(name, entry);
  }
  return entries;
}

async function writeEntries(
  archive: ZipFile,
  entries: ReadonlyMap<string, Entry>,
  target: string,
): Promise<Unpacked> {
  const links: Link[] = [];
  const folders = new Map<string, Promise<unknown>>();
  let left = MAX_UNZIPPED_BYTES;
  const makeFolder = (folder: string): Promise<unknown> => {
    let made = folders.get(folder);
    if (made === undefined) folders.set(folder, (made = mkdir(folder, { recursive: true })));
    return made;
  };
  const take = (bytes: number): void => {
    left -= bytes;
    if (left < 0) throw tooBig();
  };
  const writeEntry = async (name: string, entry: Entry): Promise<void> => {
    const file = path.join(target, name);
    const kind = kindOf(entry);
    await makeFolder(kind === 'folder' ? file : path.dirname(file));
    if (kind === 'file') await writeFile(archive, entry, file, take);
    // Written at the very end, so that no file is ever written through one.
    else if (kind === 'link') links.push({ file, target: await readLink(archive, entry, take) });
  };
  // Nothing may still be writing when this rejects: the caller removes the folder then.
  let failure: { readonly error: unknown } | undefined;
  const remaining = entries.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [name, entry] of remaining) {
        if (failure !== undefined) return;
        await writeEntry(name, entry).catch((error: unknown) => (failure ??= { error }));
      }
    }),
  );
  if (failure !== undefined) throw failure.error;
  await writeLinks(links, target);
  return { unzippedBytes: MAX_UNZIPPED_BYTES - left };
}

interface Link {
  readonly file: string;
  readonly target: string;
}

/** The same bytes may serve several functions, so nobody gets to change them in place. */
async function writeFile(
  archive: ZipFile,
  entry: Entry,
  file: string,
  take: (bytes: number) => void,
): Promise<void> {
  const handle = await open(file, 'wx', modeOf(entry) & 0o111 ? 0o555 : 0o444);
  try {
    for await (const chunk of contentOf(archive, entry, take)) await handle.writeFile(chunk);
  } finally {
    await handle.close();
  }
}

async function readLink(archive: ZipFile, entry: Entry, take: (bytes: number) => void): Promise<string> {
  if (entry.uncompressedSize === 0 || entry.uncompressedSize > MAX_LINK_BYTES)
    throw unreadable(`link ${entry.fileName}`);
  const chunks: Buffer[] = [];
  for await (const chunk of contentOf(archive, entry, take)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The inflated bytes as they come; throws at the end where they have another checksum than the archive says. */
async function* contentOf(
  archive: ZipFile,
  entry: Entry,
  take: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const stream = await archive.openReadStreamPromise(entry);
  let checksum = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    take(chunk.length);
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== entry.crc32) throw unreadable(`checksum of ${entry.fileName}`);
}

async function writeLinks(links: readonly Link[], root: string): Promise<void> {
  for (const { file, target } of links) await symlink(target, file);
  for (const { file } of links) {
    if (await leavesTree(file, root)) {
      await rm(file);
      throw unreadable(`link ${file}`);
    }
  }
}

/** Unix mode of an entry that a Unix or macOS tool wrote; 0 otherwise. */
function modeOf(entry: Entry): number {
  const system = entry.versionMadeBy >>> 8;
  return system === 3 || system === 19 ? entry.externalFileAttributes >>> 16 : 0;
}

function kindOf(entry: Entry): 'file' | 'folder' | 'link' {
  const type = modeOf(entry) & FILE_TYPE;
  if (entry.fileName.endsWith('/') || type === FOLDER) return 'folder';
  if (type === SYMLINK) return 'link';
  if (type !== 0 && type !== REGULAR) throw unreadable(`${entry.fileName} is neither file nor folder`);
  return 'file';
}
