/**
 * A folder of the workspace as a published version keeps it: what AWS would have in the zip, under one hash. Version
 * control, tools' caches, virtual environments and packages that npm installed for development stay behind.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream, type Dirent } from 'node:fs';
import {
  access,
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../../protocol/awsError.ts';
import { MAX_UNZIPPED_BYTES } from './unpackZip.ts';

/** Nobody packs these, and a function that finds them at its side does not need them. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  '.jj',
  '.aws-sam',
  '.serverless',
  '.terraform',
  '.idea',
  '.vscode',
  '.tox',
  '.nox',
  '.nyc_output',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '__pycache__',
  '.DS_Store',
]);
/** Files that are copied at the same time: small ones are mostly waiting. */
const AT_ONCE = 8;
/** Files up to this size are read whole: one pass writes and hashes them. */
const SMALL_BYTES = 1024 * 1024;

interface Found {
  /** Below the folder, with forward slashes. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
}

/**
 * Copies what counts of `root` into the empty folder `target` and answers the lower-case hex SHA-256 of names, modes and
 * contents. Files become read-only, as unpacked ones are. Links that lead out of the folder lead to the same place
 * afterwards; a file that goes while it is copied was not there. Rejects with InvalidParameterValueException where AWS would
 * refuse the zip for its size, and where something can't be read.
 * @param except a folder in it that is no part of it: where copies go
 */
export async function copyTree(root: string, target: string, except: string): Promise<string> {
  const found = await look(root, except);
  const lines: string[] = [];
  let bytes = 0;
  const take = (size: number): void => {
    bytes += size;
    if (bytes > MAX_UNZIPPED_BYTES)
      throw new AwsError(
        'InvalidParameterValueException',
        400,
        `Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`,
      );
  };
  for (const { name, kind } of found) {
    if (kind === 'folder') {
      await mkdir(path.join(target, name));
      lines.push(`folder\0${name}`);
    } else if (kind === 'link') {
      const to = await targetOf(root, name);
      if (to === undefined) continue;
      await symlink(to, path.join(target, name));
      lines.push(`link\0${name}\0${to}`);
    }
  }
  const files = found.filter(({ kind }) => kind === 'file');
  for (let at = 0; at < files.length; at += AT_ONCE)
    lines.push(
      ...(await Promise.all(
        files.slice(at, at + AT_ONCE).map(async ({ name }) => {
          const copied = await copyOne(path.join(root, name), path.join(target, name), take);
          return copied === undefined ? '' : `file\0${name}\0${copied}`;
        }),
      )),
    );
  return createHash('sha256')
    .update(`tree\n${lines.sort().join('\n')}`)
    .digest('hex');
}

/** Everything that counts, folders before what is in them. */
async function look(root: string, except: string): Promise<Found[]> {
  const development = await developmentPackages(root);
  const found: Found[] = [];
  const folders = [''];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const here = path.join(root, folder);
    if (here === except) continue;
    const entries = await readdir(here, { withFileTypes: true }).catch(refuse(here));
    if (folder !== '' && entries.some(entry => entry.name === 'pyvenv.cfg')) continue;
    if (folder !== '') found.push({ name: folder, kind: 'folder' });
    for (const entry of entries) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const kind = kindOf(entry);
      if (kind === undefined || LEFT_OUT.has(entry.name) || development.has(name)) continue;
      if (kind === 'folder') folders.push(name);
      else found.push({ name, kind });
    }
  }
  return found;
}

function kindOf(entry: Dirent): Found['kind'] | undefined {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : undefined;
}

/** Folders of packages that are there for development only, by what npm wrote when it installed them. */
async function developmentPackages(root: string): Promise<ReadonlySet<string>> {
  const file = path.join(root, 'node_modules', '.package-lock.json');
  try {
    const lock = JSON.parse(await readFile(file, 'utf8')) as {
      readonly packages?: Readonly<Record<string, { readonly dev?: unknown }>>;
    };
    return new Set(
      Object.entries(lock.packages ?? {}).flatMap(([folder, { dev }]) => (dev === true ? [folder] : [])),
    );
  } catch {
    // Another package manager, or none.
    return new Set();
  }
}

/** Where the copy of a link leads: inside the copy as inside the folder, else to the very place. Undefined where it is gone. */
async function targetOf(root: string, name: string): Promise<string | undefined> {
  const from = path.dirname(path.join(root, name));
  const target = await readlink(path.join(root, name)).catch(() => undefined);
  if (target === undefined) return undefined;
  const to = path.resolve(from, target);
  const inside = path.relative(root, to);
  const leaves = inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside);
  return leaves ? to : path.relative(from, to) || '.';
}

/** Mode and hash of the copy; undefined where the file is gone. */
async function copyOne(from: string, to: string, take: (bytes: number) => void): Promise<string | undefined> {
  const before = await stat(from).catch(() => undefined);
  if (before === undefined) return undefined;
  const mode = before.mode & 0o111 ? 0o555 : 0o444;
  const hash = createHash('sha256');
  if (before.size <= SMALL_BYTES) {
    const content = await readFile(from).catch((error: unknown) =>
      isGone(error) ? undefined : refuse(from)(error),
    );
    if (content === undefined) return undefined;
    take(content.length);
    await writeFile(to, content, { mode });
    hash.update(content);
  } else {
    take(before.size);
    await access(from, constants.R_OK).catch(refuse(from));
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await chmod(to, mode);
    await pipeline(createReadStream(to), hash);
  }
  return `${mode.toString(8)}\0${hash.digest('hex')}`;
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** What is there and can't be read is the folder's fault, not the state's. */
function refuse(file: string): (error: unknown) => never {
  return error => {
    if (isGone(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidParameterValueException', 400, `${file} can't be read: ${message}`, {
      cause: error,
    });
  };
}
