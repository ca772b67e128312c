/** What counts of a folder of the workspace: what one would put into the zip of a function. */
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AwsError } from '../../protocol/awsError.ts';

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

export interface PackedEntry {
  /** Below the folder, with forward slashes. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
}

/**
 * Everything that counts, folders before what is in them. Version control, tools' caches, virtual environments and
 * packages that npm installed for development do not. Rejects with InvalidParameterValueException where a folder can't be
 * read.
 * @param except a folder in it that is no part of it: where copies go
 */
export async function packedEntries(root: string, except: string): Promise<readonly PackedEntry[]> {
  const development = await developmentPackages(root);
  const found: PackedEntry[] = [];
  const folders = [''];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const here = path.join(root, folder);
    if (here === except) continue;
    const entries = await readdir(here, { withFileTypes: true }).catch(refuseUnreadable(here));
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

function kindOf(entry: Dirent): PackedEntry['kind'] | undefined {
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

export const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** What is there and can't be read is the folder's fault, not the state's. */
export function refuseUnreadable(file: string): (error: unknown) => never {
  return error => {
    if (isGone(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidParameterValueException', 400, `${file} can't be read: ${message}`, {
      cause: error,
    });
  };
}
