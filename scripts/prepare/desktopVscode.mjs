// Desktop VS Code for npm run test:electron: downloaded by @vscode/test-electron into the cache folder, and on Linux
// without a screen a virtual one.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { cacheRoot } from './cache.mjs';
import { Unavailable, repository, step } from './progress.mjs';
import { prepareSystem, program } from './systemPackages.mjs';

/** @typedef {{version: string, executable: string}} DesktopVscode */

/**
 * The oldest version that the manifest allows and the newest; or only the one that LAMPLIGHT_VSCODE names.
 * @returns {Promise<DesktopVscode[]>} rejects with {@link Unavailable}
 */
export async function prepareDesktopVscode() {
  if (needsDisplay()) {
    await prepareSystem([program('Xvfb', 'desktop VS Code needs a screen, if only a virtual one', ['xvfb'])]);
  }
  const installed = process.env['LAMPLIGHT_VSCODE'];
  if (installed !== undefined && installed !== '') return [{ version: 'installed', executable: installed }];
  const manifest = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8'));
  const floor = String(manifest.engines.vscode).replace(/^\D+/, '');
  const found = [];
  for (const version of [floor, 'stable']) found.push({ version, executable: await download(version) });
  return found;
}

export const needsDisplay = () =>
  process.platform === 'linux' &&
  process.env['DISPLAY'] === undefined &&
  process.env['WAYLAND_DISPLAY'] === undefined;

/** @param {string} version */
async function download(version) {
  const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
  try {
    return await step(`Getting desktop VS Code ${version}`, () =>
      downloadAndUnzipVSCode({
        version,
        cachePath: path.join(cacheRoot(), 'vscode'),
        reporter: new SilentReporter(),
      }),
    );
  } catch (error) {
    throw new Unavailable(
      `Desktop VS Code ${version} can't be downloaded from update.code.visualstudio.com (${String(error)}). ` +
        'Name an installed one by LAMPLIGHT_VSCODE (the path of its executable), or use "npm run test:workbench".',
    );
  }
}
