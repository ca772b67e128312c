// The debugger for Python that the editor offers to install, fetched once by the very code that does so there.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheRoot, cachedFolder } from './cache.mjs';
import { Unavailable, repository, run, step } from './progress.mjs';

/** The folder that {@link prepareDebugpy} puts its wheel into, as pip's `find-links` names one. */
export const debugpyLinks = () => path.join(cacheRoot(), entryName());

/**
 * @param {string} node a Node.js that runs TypeScript
 * @returns {Promise<string>} folder of the unpacked package
 */
export async function prepareDebugpy(node) {
  const script = path.join(repository, 'scripts/prepare/fetchDebugpy.mjs');
  const entry = await cachedFolder(entryName(), folder =>
    step('Fetching debugpy from the package index that pip uses', async () => {
      await run(node, [script, folder]);
    }).catch((/** @type {unknown} */ error) => {
      throw new Unavailable(
        `debugpy, with which handlers in Python are debugged, can't be had.\n${String(error)}`,
      );
    }),
  );
  return path.join(entry, 'unpacked/debugpy');
}

/** Read as text: this runs on a Node.js that may not read TypeScript. */
function entryName() {
  const release = readFileSync(path.join(repository, 'src/extension/debug/python/release.ts'), 'utf8');
  return `debugpy-${/version: '([\w.]+)'/.exec(release)?.[1]}`;
}
