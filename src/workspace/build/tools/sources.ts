/** The files that a tool builds from: what they hold decides whether it must run, and a copy of them is what it may write in. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import {
  copyFile,
  lstat,
  mkdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { isIn } from '../../files/isIn.ts';
import { isNeverEntered } from '../../files/skipped.ts';
import { walk } from '../../files/walk.ts';

export interface Project {
  /** Absolute folders with the sources, none below another; the first has the code. */
  readonly folders: readonly string[];
  /** The only files that count, absolute, where it is not all. */
  readonly files?: readonly string[];
  /** Names of folders that hold no sources, beside those where nobody writes any. */
  readonly skips?: readonly string[];
  /** Packages are sources too: a Makefile may copy them. */
  readonly withPackages?: boolean;
  /** A file that makes no difference, by its absolute path. */
  readonly ignores?: (file: string) => boolean;
}

export interface SourceFile {
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface Sources {
  readonly files: readonly SourceFile[];
  /** Hexadecimal; of names and contents. */
  readonly digest: string;
}

const MOST_ENTRIES = 100_000;
/** What editors and tests leave behind, and the tools' own settings that no build reads. */
const junk = /\.(swp|swx|tmp|log)$|~$|^\.#|^4913$|^samconfig\.(toml|ya?ml)$|^\.DS_Store$/i;
/** Installed packages: counted, not read. */
const packages = new Set(['node_modules', '.venv', 'venv', 'site-packages']);

function isEntered(project: Project, name: string): boolean {
  if (project.skips?.includes(name) === true) return false;
  return !isNeverEntered(name) || (project.withPackages === true && packages.has(name));
}

/**
 * Whether a change of that file can change what the project builds.
 * @param template declares the function, and is no source where it lies among them
 */
export function isSource(project: Project, template: string, file: string): boolean {
  if (project.files !== undefined) return project.files.includes(file);
  const folder = project.folders.find(root => isIn(root, file));
  if (folder === undefined || file === template || project.ignores?.(file) === true) return false;
  const parts = path.relative(folder, file).split(path.sep);
  const name = parts.pop() ?? '';
  if (junk.test(name)) return false;
  // Saved events lie beside the code.
  if (parts[0] === 'events' && name.endsWith('.json')) return false;
  return parts.every(part => isEntered(project, part));
}

const digests = new Map<string, { readonly stamp: string; readonly digest: string }>();

/** @throws when one of the folders isn't there, or there is too much in it */
export async function sourcesOf(project: Project, template: string): Promise<Sources> {
  const found: SourceFile[] = [];
  const hash = createHash('sha256');
  for (const folder of project.folders) {
    if (!(await stat(folder).catch(() => undefined))?.isDirectory())
      throw new Error(`The code folder ${folder} isn't there. Correct the template, or make the folder.`);
    const tree = await walk(folder, {
      enter: name => project.files === undefined && isEntered(project, name),
      most: MOST_ENTRIES,
      deepest: 64,
    });
    if (tree.truncated)
      throw new Error(
        `The code folder ${folder} has more than ${MOST_ENTRIES} files, which is too much for a build. Point the template to the folder that holds the code alone.`,
      );
    const files = tree.folders
      .flatMap(({ folder: parent, files: names }) => names.map(name => path.join(parent, name)))
      .filter(file => isSource(project, template, file));
    for (let at = 0; at < files.length; at += 32) {
      const batch = files.slice(at, at + 32);
      for (const state of await Promise.all(batch.map(stateOf))) {
        if (state === undefined) continue;
        found.push(state);
        hash.update(`${path.relative(folder, state.file)}\0${state.mode & 0o111}\0${state.digest}\0`);
      }
    }
    hash.update('\0');
  }
  return { files: found, digest: hash.digest('hex') };
}

interface FileState extends SourceFile {
  readonly digest: string;
  readonly mode: number;
}

async function stateOf(file: string): Promise<FileState | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return undefined;
  const { size, mtimeMs, mode, ino } = found;
  const state = { file, size, mtimeMs, mode };
  // A link to a folder.
  if (!found.isFile()) return { ...state, digest: await readlink(file).catch(() => '') };
  const stamp = `${size}:${mtimeMs}:${ino}`;
  if (file.split(path.sep).some(part => packages.has(part))) return { ...state, digest: stamp };
  const known = digests.get(file);
  if (known?.stamp === stamp) return { ...state, digest: known.digest };
  const content = await readFile(file).catch(() => undefined);
  if (content === undefined) return undefined;
  const digest = createHash('sha256').update(content).digest('hex');
  digests.set(file, { stamp, digest });
  return { ...state, digest };
}

/** The first, and those of the others that are there; none that lies in another of them. */
export async function existingFolders(folders: readonly string[]): Promise<string[]> {
  const unique = [...new Set(folders)];
  const outer = unique.filter(folder => !unique.some(other => other !== folder && isIn(other, folder)));
  const found = await Promise.all(outer.map(folder => stat(folder).catch(() => undefined)));
  return outer.filter((_folder, index) => index === 0 || found[index]?.isDirectory() === true);
}

/** The deepest folder that all of them are in. */
export function commonFolder(folders: readonly string[]): string {
  const [first = path.sep, ...others] = folders;
  let common = first;
  while (!others.every(folder => isIn(common, folder))) common = path.dirname(common);
  return common;
}

/**
 * Brings a copy up to date: files of the last copy that are sources no more go, changed ones come anew with their times,
 * and what the tool has made beside them stays.
 * @param base the folder that `into` stands for
 */
export async function copySources({ files }: Sources, base: string, into: string): Promise<void> {
  const list = `${into}.json`;
  const before = await copiedBefore(list);
  // Of a copy that is half done nobody knows what it has.
  await rm(list, { force: true });
  if (before === undefined) await rm(into, { recursive: true, force: true });
  const copied = new Map(
    files.map(({ file, size, mtimeMs }) => [path.relative(base, file), `${size}:${mtimeMs}`]),
  );
  for (const name of before?.keys() ?? [])
    if (!copied.has(name)) await rm(path.join(into, name), { recursive: true, force: true });
  const folders = new Set([...copied.keys()].map(name => path.join(into, path.dirname(name))));
  for (const folder of [into, ...folders]) await mkdir(folder, { recursive: true });
  const changed = [...copied].filter(([name, state]) => before?.get(name) !== state);
  for (let at = 0; at < changed.length; at += 32) {
    const batch = changed.slice(at, at + 32);
    await Promise.all(batch.map(([name]) => copyOne(path.join(base, name), path.join(into, name))));
  }
  await writeFile(list, JSON.stringify([...copied]));
}

async function copiedBefore(list: string): Promise<ReadonlyMap<string, string> | undefined> {
  const text = await readFile(list, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : new Map(JSON.parse(text) as [string, string][]);
}

async function copyOne(from: string, to: string): Promise<void> {
  const itself = await lstat(from);
  await rm(to, { recursive: true, force: true });
  if (itself.isSymbolicLink() && (await stat(from)).isDirectory()) {
    await symlink(path.resolve(path.dirname(from), await readlink(from)), to, 'junction');
    return;
  }
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
}
