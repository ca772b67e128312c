/**
 * Content-addressed code of functions and layers: `code/<sha256>/package.zip` as it came and `code/<sha256>/files/`
 * unpacked from it; of a folder that a version was published of, `files/` alone. A folder appears whole, by one rename,
 * or not at all.
 */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { diskError } from '../state/stateError.ts';
import { copyTree } from './copyTree.ts';
import { unpackZip } from './unpackZip.ts';
import { zipFolder } from './zipFolder.ts';

export interface Artifact {
  /** Lower-case hex SHA-256 of the zip. */
  readonly artifact: string;
  /** base64 of the same, as Lambda shows it. */
  readonly codeSha256: string;
  /** Bytes of the zip. */
  readonly codeSize: number;
  /** Bytes of the files in it. */
  readonly unzippedSize: number;
}

export interface CodeStore {
  /** Checks and stores a zip. Rejects with an InvalidParameterValueException of AWS's words for a bad one. */
  add(zip: Buffer): Promise<Artifact>;
  /** As {@link add}, without ever holding the zip as a whole: it goes to the disk as it comes. */
  addStream(zip: AsyncIterable<Uint8Array>): Promise<Artifact>;
  /** Copies a folder (copyTree.ts); answers the artifact, the same one for the same files. */
  addTree(root: string): Promise<string>;
  /**
   * Keeps what a folder has now, as the zip that it makes: equal files make equal zips. Rejects with an
   * InvalidParameterValueException as {@link add} does, for a folder that is too big, say.
   */
  addFolder(folder: string): Promise<Artifact>;
  /** Folder of the unpacked files. */
  filesOf(artifact: string): string;
  /** The zip as it came. */
  packageOf(artifact: string): string;
  /** A zip of what {@link addTree} has copied, made as it is read: without the links that lead out of it. */
  zipOf(artifact: string): AsyncIterable<Buffer>;
  /** Bytes of the unpacked files. */
  unzippedSizeOf(artifact: string): Promise<number>;
  /** Removes what nobody refers to any more and what a crash left half done. For the host's start, when nothing runs. */
  sweep(referenced: ReadonlySet<string>): Promise<void>;
  /** All artifacts that are there. */
  list(): Promise<readonly string[]>;
  /** The artifact that this folder is in; undefined where it is elsewhere. */
  artifactAt(folder: string): string | undefined;
  /** Artifacts that were added since this was asked last, also those that had been there before. */
  takeAdded(): ReadonlySet<string>;
  /** Removes an artifact, whole at once, unless it was added since {@link takeAdded}. */
  remove(artifact: string): Promise<void>;
}

const TEMPORARY = '.tmp-';
const PACKAGE = 'package.zip';
const FILES = 'files';
/** What unpacking told: `{"unzippedSize":BYTES}`. */
const FACTS = 'facts.json';

export function createCodeStore(stateDir: string): CodeStore {
  const root = path.join(stateDir, 'code');
  const folderOf = (artifact: string): string => path.join(root, artifact);
  const running = new Map<string, Promise<number>>();
  const sizes = new Map<string, number>();
  let added = new Set<string>();
  const removing = new Map<string, Promise<void>>();

  /** Works in a new folder, which is gone afterwards unless it has been renamed. */
  async function inTemporary<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const temporary = path.join(root, `${TEMPORARY}${randomUUID()}`);
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    try {
      return await work(temporary);
    } catch (error) {
      throw diskError(error, root);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  async function makeFiles(temporary: string): Promise<string> {
    const files = path.join(temporary, FILES);
    // The user of a container reads this one folder, mounted; the ones around it keep everybody else out.
    await mkdir(files, { mode: 0o755 });
    return files;
  }

  /** The temporary folder gets the artifact's name; somebody else may just have made the same one. */
  async function settle(temporary: string, artifact: string): Promise<void> {
    await rename(temporary, folderOf(artifact)).catch(async (error: unknown) => {
      if (!(await exists(folderOf(artifact)))) throw error;
    });
  }

  /** Unpacks `zip` into the temporary folder, which gets the artifact's name then. Answers the files' bytes. */
  async function unpack(temporary: string, zip: string, artifact: string): Promise<number> {
    const { unzippedBytes } = await unpackZip(zip, await makeFiles(temporary));
    await writeFile(path.join(temporary, FACTS), JSON.stringify({ unzippedSize: unzippedBytes }));
    await settle(temporary, artifact);
    return unzippedBytes;
  }

  /** From here on it is not removed; where that has begun, it is gone when this resolves. */
  async function keep(artifact: string): Promise<void> {
    added.add(artifact);
    await removing.get(artifact);
  }

  /** One store of one artifact at a time: `make` is called where nobody has it yet. */
  async function once(artifact: string, make: () => Promise<number>): Promise<number> {
    await keep(artifact);
    const other = running.get(artifact);
    if (other !== undefined) return other;
    const work = exists(folderOf(artifact)).then(known => (known ? sizeOf(artifact) : make()));
    running.set(artifact, work);
    try {
      return await work;
    } finally {
      running.delete(artifact);
    }
  }

  async function sizeOf(artifact: string): Promise<number> {
    const known = sizes.get(artifact);
    if (known !== undefined) return known;
    const told = await readFile(path.join(folderOf(artifact), FACTS), 'utf8')
      .then(text => (JSON.parse(text) as { readonly unzippedSize: number }).unzippedSize)
      // An artifact of a Lamplight that did not note it.
      .catch(() => bytesIn(path.join(folderOf(artifact), FILES)));
    sizes.set(artifact, told);
    return told;
  }

  async function add(zip: Buffer): Promise<Artifact> {
    const digest = createHash('sha256').update(zip).digest();
    const artifact = digest.toString('hex');
    const unzippedSize = await once(artifact, () =>
      inTemporary(async temporary => {
        const file = path.join(temporary, PACKAGE);
        await writeFile(file, zip, { mode: 0o600 });
        // Not from its bytes, which would all be in flight at once.
        return unpack(temporary, file, artifact);
      }),
    );
    return { artifact, codeSha256: digest.toString('base64'), codeSize: zip.length, unzippedSize };
  }

  function addStream(zip: AsyncIterable<Uint8Array>): Promise<Artifact> {
    return inTemporary(async temporary => {
      const file = path.join(temporary, PACKAGE);
      const hash = createHash('sha256');
      let codeSize = 0;
      const handle = await open(file, 'wx', 0o600);
      try {
        for await (const chunk of zip) {
          hash.update(chunk);
          codeSize += chunk.length;
          await handle.writeFile(chunk);
        }
      } finally {
        await handle.close();
      }
      const digest = hash.digest();
      const artifact = digest.toString('hex');
      const unzippedSize = await once(artifact, () => unpack(temporary, file, artifact));
      return { artifact, codeSha256: digest.toString('base64'), codeSize, unzippedSize };
    });
  }

  return {
    add,
    addStream,
    addTree: folder =>
      inTemporary(async temporary => {
        const artifact = await copyTree(folder, await makeFiles(temporary), path.dirname(root));
        await keep(artifact);
        await settle(temporary, artifact);
        return artifact;
      }),
    addFolder: folder => addStream(zipFolder(folder)),
    filesOf: artifact => path.join(folderOf(artifact), FILES),
    packageOf: artifact => path.join(folderOf(artifact), PACKAGE),
    zipOf: artifact => zipFolder(path.join(folderOf(artifact), FILES), { follow: false }),
    unzippedSizeOf: sizeOf,
    sweep: async referenced => {
      const names = await readdir(root).catch(() => []);
      for (const name of names)
        if (!referenced.has(name)) await rm(folderOf(name), { recursive: true, force: true });
    },
    list: async () => {
      const names = await readdir(root).catch(() => []);
      return names.filter(name => !name.startsWith(TEMPORARY));
    },
    artifactAt: folder => {
      const [first, ...rest] = path.relative(root, folder).split(path.sep);
      return rest.length > 0 && first !== '..' ? first : undefined;
    },
    takeAdded: () => {
      const taken = added;
      added = new Set();
      return taken;
    },
    remove: async artifact => {
      if (added.has(artifact) || running.has(artifact)) return;
      const temporary = path.join(root, `${TEMPORARY}${randomUUID()}`);
      const renamed = rename(folderOf(artifact), temporary).finally(() => removing.delete(artifact));
      removing.set(
        artifact,
        renamed.catch(() => undefined),
      );
      sizes.delete(artifact);
      await renamed;
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
  return bytes;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
