/** Where debugpy may be on this machine. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { DEBUGPY, type Release } from './release.ts';

/** The extension that brings a debugpy with it, and where it has it. */
export const PYTHON_DEBUGGER = { id: 'ms-python.debugpy', folder: 'bundled/libs/debugpy' } as const;

/** Folder of the package in Lamplight's storage, whether or not it is there. */
export const installedDebugpy = (storage: string, { version }: Pick<Release, 'version'> = DEBUGPY): string =>
  path.join(storage, version, 'debugpy');

export interface DebugpyPlaces {
  /** What the function's own Python finds: the project's virtual environment comes first in it. */
  readonly own: string | undefined;
  /** Folder of the installed extension {@link PYTHON_DEBUGGER}. */
  readonly extension: string | undefined;
  /** Lamplight's folder for it. */
  readonly storage: string;
  /** Whether the extension's, which is made for the Pythons that it supports, runs on the function's. */
  runs(folder: string): Promise<boolean>;
}

/** Folder of the first debugpy that can be used, undefined where none is there. */
export async function findDebugpy(places: DebugpyPlaces): Promise<string | undefined> {
  const { own, extension, storage } = places;
  const bundled = extension === undefined ? undefined : path.join(extension, PYTHON_DEBUGGER.folder);
  for (const folder of [own, bundled, installedDebugpy(storage)]) {
    if (folder === undefined || !(await hasAdapter(folder))) continue;
    if (folder !== bundled || (await places.runs(folder))) return folder;
  }
  return undefined;
}

/** Milliseconds for a Python that is busy compiling. */
const TRIAL_LIMIT = 20_000;

/** Whether a Python can load that debugpy: newer releases end with an error on older Pythons. */
export const loadsDebugpy = (program: string, folder: string, cache: string): Promise<boolean> =>
  new Promise(resolve => {
    const args = ['-X', `pycache_prefix=${cache}`, '-c', 'import debugpy.adapter.clients'];
    const env = { ...process.env, PYTHONPATH: path.dirname(folder) };
    execFile(program, args, { env, timeout: TRIAL_LIMIT, windowsHide: true }, error =>
      resolve(error === null),
    );
  });

const hasAdapter = async (folder: string): Promise<boolean> =>
  (await stat(path.join(folder, 'adapter', '__main__.py')).catch(() => undefined))?.isFile() === true;
