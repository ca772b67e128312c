/**
 * A deployment package that came over the API, unpacked as Lambda unpacks it: exec bits and relative symlinks kept, of
 * two entries with one name the last wins (spec/lambda-service.md §2.5). What an archive says of itself is not trusted:
 * nothing is ever written outside `target`, and inflating stops at the size limit.
 */
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { AwsError } from '../../protocol/awsError.ts';
import { leavesTree } from './symlinks.ts';

/** Bytes of all files of a package, unzipped; with layers it is the same figure for both together. */
export const MAX_UNZIPPED_BYTES = 262_144_000;
/** Not a limit of Lambda: a 50 MB zip can name 650,000 empty files, which no function needs and no disk likes. */
const MAX_ENTRIES = 200_000;
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

const tooBig = (): AwsError => invalid(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);

export interface Unpacked {
  /** Bytes of all files. */
  readonly unzippedBytes: number;
}

/**
 * Unpacks `zip` into the existing, empty folder `target`. Rejects with InvalidParameterValueException for a package that
 * is empty, corrupt, encrypted, too big, or that reaches outside; the folder may then hold a part of it.
 */
export async function unpackZip(zip: Buffer, target: string): Promise<Unpacked> {
  if (zip.length === 0) throw invalid('Uploaded file must be a non-empty zip');
  let archive: ZipFile;
  try {
    archive = await fromBufferPromise(zip, {
      lazyEntries: true,
      decodeStrings: true,
      validateEntrySizes: true,
    });
  } catch (error) {
    throw unreadable(error);
  }
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
  const links: string[] = [];
  const folders = new Set<string>([target]);
  let unzippedBytes = 0;
  const makeFolder = async (folder: string): Promise<void> => {
    if (folders.has(folder)) return;
    await mkdir(folder, { recursive: true });
    folders.add(folder);
  };
  for (const [name, entry] of entries) {
    const file = path.join(target, name);
    const kind = kindOf(entry);
    if (kind === 'folder') {
      await makeFolder(file);
      continue;
    }
    await makeFolder(path.dirname(file));
    const content = await readEntry(archive, entry, MAX_UNZIPPED_BYTES - unzippedBytes);
    unzippedBytes += content.length;
    if (kind === 'link') {
      // Written at the very end, so that no file is ever written through one.
      if (content.length === 0 || content.length > MAX_LINK_BYTES) throw unreadable(`link ${name}`);
      links.push(file, content.toString('utf8'));
      continue;
    }
    await writeFile(file, content, { flag: 'wx' });
    // The same bytes may serve several functions, so nobody gets to change them in place.
    await chmod(file, modeOf(entry) & 0o111 ? 0o555 : 0o444);
  }
  await writeLinks(links, target);
  return { unzippedBytes };
}

/** `links` is file, target, file, target… */
async function writeLinks(links: readonly string[], target: string): Promise<void> {
  for (let index = 0; index < links.length; index += 2)
    await symlink(links[index + 1] ?? '', links[index] ?? '');
  for (let index = 0; index < links.length; index += 2) {
    const file = links[index] ?? '';
    if (await leavesTree(file, target)) {
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

async function readEntry(archive: ZipFile, entry: Entry, limit: number): Promise<Buffer> {
  const stream = await archive.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooBig();
    chunks.push(chunk);
  }
  const content = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
  if (crc32(content) !== entry.crc32) throw unreadable(`checksum of ${entry.fileName}`);
  return content;
}
