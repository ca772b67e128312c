/**
 * Content-addressed code: `code/<sha256>/package.zip` as it came and `code/<sha256>/files/` unpacked from it; of a folder
 * that a version was published of, `files/` alone. A folder appears whole, by one rename, or not at all.
 */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { diskError } from '../state/stateError.ts';
import { copyTree } from './copyTree.ts';
import { unpackZip } from './unpackZip.ts';

export interface Artifact {
  /** Lower-case hex SHA-256 of the zip. */
  readonly artifact: string;
  /** base64 of the same, as Lambda shows it. */
  readonly codeSha256: string;
  /** Bytes of the zip. */
  readonly codeSize: number;
}

export interface CodeStore {
  /** Checks and stores a zip. Rejects with an InvalidParameterValueException of AWS's words for a bad one. */
  add(zip: Buffer): Promise<Artifact>;
  /** Copies a folder (copyTree.ts); answers the artifact, the same one for the same files. */
  addTree(root: string): Promise<string>;
  /** Folder of the unpacked files. */
  filesOf(artifact: string): string;
  /** The zip as it came. */
  packageOf(artifact: string): string;
  /** Removes what nobody refers to any more and what a crash left half done. For the host's start, when nothing runs. */
  sweep(referenced: ReadonlySet<string>): Promise<void>;
}

const TEMPORARY = '.tmp-';

export function createCodeStore(stateDir: string): CodeStore {
  const root = path.join(stateDir, 'code');
  const folderOf = (artifact: string): string => path.join(root, artifact);
  const running = new Map<string, Promise<void>>();

  /** Fills a new `files/` and moves it, and what lies beside it, to the artifact that `fill` answers. */
  async function make(fill: (files: string, temporary: string) => Promise<string>): Promise<string> {
    const temporary = path.join(root, `${TEMPORARY}${randomUUID()}`);
    const files = path.join(temporary, 'files');
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    // The user of a container reads this one folder, mounted; the ones around it keep everybody else out.
    await mkdir(files, { mode: 0o755 });
    try {
      const artifact = await fill(files, temporary);
      // Somebody else may just have made the same one.
      await rename(temporary, folderOf(artifact)).catch(async (error: unknown) => {
        if (!(await exists(folderOf(artifact)))) throw error;
        await rm(temporary, { recursive: true, force: true });
      });
      return artifact;
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw diskError(error, root);
    }
  }

  async function store(zip: Buffer, artifact: string): Promise<void> {
    if (await exists(folderOf(artifact))) return;
    await make(async (files, temporary) => {
      await unpackZip(zip, files);
      await writeFile(path.join(temporary, 'package.zip'), zip, { mode: 0o600 });
      return artifact;
    });
  }

  return {
    add: async zip => {
      const digest = createHash('sha256').update(zip).digest();
      const artifact = digest.toString('hex');
      let work = running.get(artifact);
      if (work === undefined) {
        work = store(zip, artifact).finally(() => running.delete(artifact));
        running.set(artifact, work);
      }
      await work;
      return { artifact, codeSha256: digest.toString('base64'), codeSize: zip.length };
    },
    addTree: folder => make(files => copyTree(folder, files)),
    filesOf: artifact => path.join(folderOf(artifact), 'files'),
    packageOf: artifact => path.join(folderOf(artifact), 'package.zip'),
    sweep: async referenced => {
      const names = await readdir(root).catch(() => []);
      for (const name of names)
        if (!referenced.has(name)) await rm(folderOf(name), { recursive: true, force: true });
    },
  };
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
