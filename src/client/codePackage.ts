/** Code of this machine as the zip that CreateFunction and UpdateFunctionCode are given. */
import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** Bytes: Lambda's quota for a zip in the request (its page of quotas), and for what is in it. */
export const LARGEST_ZIP = 50 * 1024 * 1024;
export const LARGEST_CODE = 250 * 1024 * 1024;

const LINK = 0o120777;
const PROGRAM = 0o100755;
const FILE = 0o100644;

/** What is in the folder for others than Lambda. */
const LEFT_OUT = new Set(['.git', '.DS_Store']);

/**
 * The bytes of a zip, or of a folder packed as one: all files but `.git`, links within the folder as links, those that lead
 * out of it followed. Rejects with a plain Error that says what is wrong: nothing there, empty, over Lambda's quotas.
 */
export async function codePackage(place: string, signal?: AbortSignal): Promise<Buffer> {
  const found = await stat(place).catch((error: unknown) => {
    throw new Error(`There is nothing at ${place}.`, { cause: error });
  });
  if (!found.isDirectory()) {
    if (found.size > LARGEST_ZIP) throw tooLarge(place, found.size);
    return readFile(place, { signal });
  }
  const zip = await zipOf(place, signal);
  if (zip.length > LARGEST_ZIP) throw tooLarge(place, zip.length);
  return zip;
}

async function zipOf(folder: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const entries: Entry[] = [];
  let bytes = 0;
  const root = await realpath(folder);
  for await (const entry of entriesOf(root, root, '', [root])) {
    signal?.throwIfAborted();
    entries.push(entry);
    bytes += entry.size;
    if (bytes > LARGEST_CODE)
      throw new Error(`${folder} has more than 250 MB of files: Lambda takes no larger code.`);
  }
  if (entries.length === 0)
    throw new Error(`${folder} has no files: there is no code to create a function of.`);
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  const failed = new Promise<never>((_resolve, reject) => zip.on('error', reject));
  for (const { name, file, mode, target } of entries)
    if (target === undefined) zip.addFile(file, name, { mode: (mode & 0o111) === 0 ? FILE : PROGRAM });
    else zip.addBuffer(Buffer.from(target), name, { mode: LINK });
  zip.end();
  return Promise.race([collected(zip.outputStream, signal), failed]);
}

async function collected(stream: NodeJS.ReadableStream, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    signal?.throwIfAborted();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

interface Entry {
  /** In the zip. */
  readonly name: string;
  /** Where it is. */
  readonly file: string;
  readonly size: number;
  readonly mode: number;
  /** Of a link. */
  readonly target?: string;
}

/** @param above real paths of the folders that led here */
async function* entriesOf(
  root: string,
  folder: string,
  prefix: string,
  above: readonly string[],
): AsyncGenerator<Entry> {
  for (const base of (await readdir(folder)).sort()) {
    if (LEFT_OUT.has(base)) continue;
    const name = `${prefix}${base}`;
    const file = path.join(folder, base);
    const isLink = (await lstat(file)).isSymbolicLink();
    const real = isLink ? await whereItLeads(file) : file;
    if (isLink && isIn(real, root)) {
      const written = await readlink(file);
      const target = path.isAbsolute(written) ? path.relative(folder, real) : written;
      yield { name, file, size: 0, mode: LINK, target };
      continue;
    }
    const { size, mode, ...status } = await kindOf(real);
    if (status.isFile) yield { name, file: real, size, mode };
    if (!status.isFolder) continue;
    if (above.includes(real)) throw new Error(`${file} leads back to a folder that it lies in.`);
    yield* entriesOf(root, real, `${name}/`, [...above, real]);
  }
}

async function kindOf(file: string) {
  const found = await stat(file);
  return { size: found.size, mode: found.mode, isFile: found.isFile(), isFolder: found.isDirectory() };
}

async function whereItLeads(link: string): Promise<string> {
  return realpath(link).catch((error: unknown) => {
    throw new Error(`${link} is a link that leads nowhere: remove it, or what it needs is missing.`, {
      cause: error,
    });
  });
}

const isIn = (file: string, folder: string): boolean => {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
};

const tooLarge = (place: string, size: number): Error =>
  new Error(
    `${place} is a package of ${Math.ceil(size / 1024 / 1024)} MB: Lambda takes 50 MB in a request, and larger ones from S3.`,
  );
