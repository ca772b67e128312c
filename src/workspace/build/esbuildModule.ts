/**
 * Finds esbuild: the workspace's own, so that a bundle is what the user's own build makes, else the one that comes with
 * Lamplight. It is loaded when the first function needs it.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Esbuild from 'esbuild';

export type EsbuildModule = Pick<typeof Esbuild, 'context' | 'stop' | 'version'>;

export interface FoundEsbuild {
  readonly esbuild: EsbuildModule;
  /** The file that was loaded. */
  readonly file: string;
}

const loaded = new Map<string, EsbuildModule>();

/**
 * @param root a function's code folder
 * @param own a file or URL beside which Lamplight's own packages are found
 * @returns undefined when there is no esbuild, or none that runs on this machine
 */
export function findEsbuild(root: string, own: string | URL): FoundEsbuild | undefined {
  return load(path.join(root, 'package.json')) ?? load(own);
}

function load(from: string | URL): FoundEsbuild | undefined {
  try {
    const require = createRequire(from);
    const file = require.resolve('esbuild');
    const esbuild = loaded.get(file) ?? (require(file) as Partial<EsbuildModule>);
    // Before 0.17 esbuild had no contexts: rebuilding would be slow, and its options differ.
    if (typeof esbuild.context !== 'function') return undefined;
    loaded.set(file, esbuild as EsbuildModule);
    return { esbuild: esbuild as EsbuildModule, file };
  } catch {
    return undefined;
  }
}

let users = 0;

/**
 * Keeps the service processes of all that is loaded until what is returned is called; the last one ends them, since
 * a request that is under way as a service is stopped is never answered. A later build starts them again.
 */
export function keepEsbuild(): () => Promise<void> {
  users++;
  let isKept = true;
  return async () => {
    if (!isKept) return;
    isKept = false;
    if (--users === 0) await Promise.all([...loaded.values()].map(esbuild => esbuild.stop()));
  };
}
