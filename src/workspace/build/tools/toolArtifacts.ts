/**
 * What tools have made, kept by what it was made from:
 *
 *     <buildsDir>/.tools/<tool>-<project>/used                     touched with each build
 *                                        /work/                    what the tool keeps for its next run
 *                                        /<variant>/keys.json      from what went in to what came out
 *                                        /<variant>/work/          the same as above, where variants must not share it
 *                                        /<variant>/made/<hash>/   artifacts
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Artifact, pruneArtifacts, TOOLS_FOLDER } from '../artifact.ts';

/** States of the sources whose artifacts are known: going back to one builds nothing. */
const MOST_KEYS = 16;
/** Projects that nobody has built for this long are removed, with what their tool has kept. */
const FORGOTTEN_MS = 15 * 24 * 3600 * 1000;

export const shortHash = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);

interface Known {
  readonly key: string;
  readonly hash: string;
  readonly size: number;
}

/** The artifacts of one variant of a project. One build at a time. */
export class ToolArtifacts {
  readonly work: string;
  private readonly folder: string;
  private readonly project: string;
  private readonly made: string;

  /** @param ownWork whether variants of the project must not share what the tool keeps */
  constructor(buildsDir: string, project: string, variant: string, ownWork: boolean) {
    this.project = path.join(buildsDir, TOOLS_FOLDER, project);
    this.folder = path.join(this.project, variant);
    this.made = path.join(this.folder, 'made');
    this.work = path.join(ownWork ? this.folder : this.project, 'work');
  }

  async find(key: string): Promise<Artifact | undefined> {
    const known = (await this.keys()).find(entry => entry.key === key);
    if (known === undefined) return undefined;
    const root = path.join(this.made, known.hash);
    const now = new Date();
    const isThere = await utimes(root, now, now).then(
      () => true,
      () => false,
    );
    if (!isThere) return undefined;
    await this.touch();
    return { root, hash: known.hash, size: known.size };
  }

  /** An empty folder; {@link keep} takes it, else whoever asked removes it. */
  async draft(): Promise<string> {
    const draft = path.join(this.made, `.${randomUUID()}`);
    await mkdir(draft, { recursive: true });
    await mkdir(this.work, { recursive: true });
    await this.touch();
    return draft;
  }

  /**
   * What is in a draft is the artifact of that key, where there is one. The same content is the same artifact, whatever it
   * was made from.
   */
  async keep(key: string | undefined, draft: string): Promise<Artifact> {
    const { hash, size } = await contentOf(draft);
    const root = path.join(this.made, hash);
    try {
      await rename(draft, root);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      if ((await stat(root).catch(() => undefined)) === undefined) throw error;
    }
    const now = new Date();
    await utimes(root, now, now);
    if (key !== undefined) await this.remember({ key, hash, size });
    await pruneArtifacts(this.made);
    return { root, hash, size };
  }

  private async remember(known: Known): Promise<void> {
    const others = (await this.keys()).filter(({ key }) => key !== known.key);
    const keys = [known, ...others].slice(0, MOST_KEYS);
    const file = path.join(this.folder, 'keys.json');
    await writeFile(`${file}.new`, JSON.stringify(keys));
    await rename(`${file}.new`, file);
  }

  private async keys(): Promise<Known[]> {
    const text = await readFile(path.join(this.folder, 'keys.json'), 'utf8').catch(() => '[]');
    return JSON.parse(text) as Known[];
  }

  private async touch(): Promise<void> {
    await writeFile(path.join(this.project, 'used'), '');
  }
}

async function contentOf(folder: string): Promise<{ hash: string; size: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => !entry.isDirectory())
    .map(entry => ({ file: path.join(entry.parentPath, entry.name), isLink: entry.isSymbolicLink() }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  const hash = createHash('sha256');
  let size = 0;
  for (const { file, isLink } of files) {
    const content = isLink ? Buffer.from(await readlink(file)) : await readFile(file);
    const mode = isLink ? 0 : (await stat(file)).mode & 0o111;
    size += content.length;
    hash.update(`${path.relative(folder, file)}\0${mode}\0${content.length}\0`).update(content);
  }
  return { hash: hash.digest('hex').slice(0, 32), size };
}

/** Removes projects that were not built for long, and what a crash left half made. */
export async function sweepToolArtifacts(buildsDir: string, now: number): Promise<void> {
  const top = path.join(buildsDir, TOOLS_FOLDER);
  for (const name of await readdir(top).catch(() => [])) {
    const project = path.join(top, name);
    const used = await stat(path.join(project, 'used')).catch(() => undefined);
    if (used === undefined || now - used.mtimeMs > FORGOTTEN_MS) {
      await rm(project, { recursive: true, force: true });
      continue;
    }
    for (const variant of await readdir(project)) {
      const made = path.join(project, variant, 'made');
      const drafts = (await readdir(made).catch(() => [])).filter(draft => draft.startsWith('.'));
      await Promise.all(drafts.map(draft => rm(path.join(made, draft), { recursive: true, force: true })));
    }
  }
}
