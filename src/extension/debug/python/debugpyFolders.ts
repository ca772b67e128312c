/** Where debugpy may be on this machine. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
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
}

/** Folder of the first debugpy that can be used, undefined where none is there. */
export async function findDebugpy({ own, extension, storage }: DebugpyPlaces): Promise<string | undefined> {
  const bundled = extension === undefined ? undefined : path.join(extension, PYTHON_DEBUGGER.folder);
  for (const folder of [own, bundled, installedDebugpy(storage)])
    if (folder !== undefined && (await hasAdapter(folder))) return folder;
  return undefined;
}

const hasAdapter = async (folder: string): Promise<boolean> =>
  (await stat(path.join(folder, 'adapter', '__main__.py')).catch(() => undefined))?.isFile() === true;
