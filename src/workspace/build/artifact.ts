/** Folders of built code: `<buildsDir>/<function>/<hash>/`, written once and never changed. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface ArtifactFile {
  /** Below the folder, with forward slashes. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

export interface Artifact {
  readonly root: string;
  readonly hash: string;
  readonly size: number;
}

/** What tools make and keep, in the folder of all builds. */
export const TOOLS_FOLDER = '.tools';

/** Builds kept per function: environments of older ones may still run, or stand in a debugger. */
const KEPT = 4;

/** Folders of functions that nobody has built for this long are removed (their state is kept for 7 days). */
const FORGOTTEN_MS = 8 * 24 * 3600 * 1000;

/** 32 hex digits over names and contents. */
export function hashOf(files: readonly ArtifactFile[], more = ''): string {
  const hash = createHash('sha256');
  for (const { name, content } of files) hash.update(`${name}\0`).update(content).update('\0');
  return hash.update(more).digest('hex').slice(0, 32);
}

/**
 * Writes a folder, all or nothing; one that is there already is used as it is.
 * @param links names in the folder that lead elsewhere
 */
export async function writeArtifact(
  functionDir: string,
  hash: string,
  files: readonly ArtifactFile[],
  links: Readonly<Record<string, string>> = {},
): Promise<Artifact> {
  const root = path.join(functionDir, hash);
  const size = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  const now = new Date();
  const known = await utimes(root, now, now).then(
    () => true,
    () => false,
  );
  if (known) return { root, hash, size };
  const draft = path.join(functionDir, `.${randomUUID()}`);
  const names = [...files.map(({ name }) => name), ...Object.keys(links)];
  const folders = new Set(names.map(name => path.dirname(path.join(draft, name))));
  await Promise.all([...folders, draft].map(folder => mkdir(folder, { recursive: true })));
  await Promise.all([
    ...files.map(({ name, content }) => writeFile(path.join(draft, name), content)),
    // Windows lets everybody make junctions, but not links.
    ...Object.entries(links).map(([name, to]) => symlink(to, path.join(draft, name), 'junction')),
  ]);
  try {
    await rename(draft, root);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await isThere(root))) throw error;
  }
  return { root, hash, size };
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Removes all but the newest builds of a function. */
export async function pruneArtifacts(functionDir: string): Promise<void> {
  const entries = await datedEntries(functionDir);
  const old = entries.sort((a, b) => b.time - a.time).slice(KEPT);
  await Promise.all(old.map(({ file }) => rm(file, { recursive: true, force: true })));
}

/** Removes the folders of functions that haven't been built for long, and what a crash left half written. */
export async function sweepArtifacts(buildsDir: string, now: number): Promise<void> {
  for (const { file } of await datedEntries(buildsDir)) {
    // It is swept by itself (tools/toolArtifacts.ts).
    if (path.basename(file) === TOOLS_FOLDER) continue;
    const builds = await datedEntries(file);
    for (const build of builds) {
      if (path.basename(build.file).startsWith('.')) await rm(build.file, { recursive: true, force: true });
    }
    const newest = Math.max(0, ...builds.map(({ time }) => time));
    if (builds.length > 0 && now - newest > FORGOTTEN_MS) await rm(file, { recursive: true, force: true });
  }
}

async function datedEntries(folder: string): Promise<{ file: string; time: number }[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names.map(async name => {
      const file = path.join(folder, name);
      return { file, time: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
}
