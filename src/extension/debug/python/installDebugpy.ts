/** Brings debugpy into Lamplight's own storage. No pip is needed, only what it is set to. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Surroundings } from '../../../client/userFolders.ts';
import { messageOf } from '../../errors.ts';
import { t, useTranslator, type Translate } from '../../localize.ts';
import { installedDebugpy } from './debugpyFolders.ts';
import { download } from './download.ts';
import { findWheel } from './packageIndex.ts';
import { pipSettings, type PipSettings } from './pipSettings.ts';
import { DEBUGPY, type Release } from './release.ts';
import { unpackWheel } from './unpackWheel.ts';

export interface InstallOptions {
  /** Lamplight's folder for it (client/userFolders.ts, debugpyStorage). */
  readonly storage: string;
  readonly here: Surroundings;
  readonly signal: AbortSignal;
  readonly release?: Release;
  /** This is a bundle of its own, with a translator of its own. */
  readonly translate?: Translate;
  /** Called with the share that is there, 0 to 1. */
  progress?(share: number): void;
}

/** Bytes; it is 5 MB. */
const WHEEL_LIMIT = 64 * 1024 * 1024;

/**
 * Resolves with the folder of the package. Rejects with the signal's reason, or with a sentence for the user that says
 * what stood in the way and what else can be done; the storage is then as it was.
 */
export async function installDebugpy(options: InstallOptions): Promise<string> {
  const { storage, signal, release = DEBUGPY, translate } = options;
  if (translate !== undefined) useTranslator(translate);
  const wheel = await fetchWheel(options);
  const folder = installedDebugpy(storage, release);
  const home = path.dirname(folder);
  // It takes its name when it is complete: another window may be doing the same.
  const part = `${home}.${randomUUID()}`;
  try {
    await mkdir(storage, { recursive: true, mode: 0o700 });
    await unpackWheel(wheel, part);
    signal.throwIfAborted();
    await rename(part, home).catch(async (error: unknown) => {
      if (!(await isThere(folder))) throw error;
    });
    return folder;
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(t('debugpy can’t be unpacked into {0}: {1}', storage, messageOf(error)), {
      cause: error,
    });
  } finally {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The release's wheel, from wherever pip would get it. Rejects as {@link installDebugpy} does. */
export async function fetchWheel(options: Omit<InstallOptions, 'storage'>): Promise<Buffer> {
  const { here, release = DEBUGPY } = options;
  const settings = await pipSettings(here);
  return (await fromFolders(settings, release)) ?? (await fromIndexes(settings, release, options));
}

/** The wheel from a folder that pip is told to look in. */
async function fromFolders({ folders }: PipSettings, release: Release): Promise<Buffer | undefined> {
  for (const folder of folders) {
    const wheel = await readFile(path.join(folder, release.file)).catch(() => undefined);
    if (wheel !== undefined && isIntact(wheel, release)) return wheel;
  }
  return undefined;
}

async function fromIndexes(
  { indexes, certificates }: PipSettings,
  release: Release,
  { signal, progress }: Pick<InstallOptions, 'signal' | 'progress'>,
): Promise<Buffer> {
  const reasons: string[] = [];
  for (const index of indexes) {
    const host = hostOf(index);
    try {
      const address = await findWheel(index, 'debugpy', release, { signal, certificates });
      if (address === undefined) {
        reasons.push(t('{0} has no {1}.', host, release.file));
        continue;
      }
      const report = progress === undefined ? {} : { progress };
      const { body } = await download(address, { signal, certificates, limit: WHEEL_LIMIT, ...report });
      if (isIntact(body, release)) return body;
      reasons.push(t('{0} gave another file as {1}: its checksum is wrong.', host, release.file));
    } catch (error) {
      signal.throwIfAborted();
      reasons.push(t('{0} can’t be reached ({1}).', host, messageOf(error)));
    }
  }
  if (reasons.length === 0) reasons.push(t('pip is told to use no package index.'));
  throw new Error(
    t(
      'debugpy could not be downloaded. {0} Check the network and pip’s index-url, run “pip install debugpy” in the function’s virtual environment, or install the Python extension, which has it.',
      reasons.join(' '),
    ),
  );
}

const isIntact = (wheel: Buffer, { sha256 }: Release): boolean =>
  createHash('sha256').update(wheel).digest('hex') === sha256;

const isThere = (file: string): Promise<boolean> =>
  readFile(path.join(file, '__init__.py')).then(
    () => true,
    () => false,
  );

/** Without a password that stands in the address. */
function hostOf(index: string): string {
  return URL.canParse(index) ? new URL(index).host : index;
}
