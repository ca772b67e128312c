// A real VS Code without desktop VS Code: the server inside npm's code-server, and Chromium to look at it.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { cachedFolder } from './cache.mjs';
import { installNpmPackage } from './npmPackage.mjs';
import { Unavailable, findOnPath, say, step } from './progress.mjs';
import { debianLibrary, prepareSystem, program } from './systemPackages.mjs';

/** code-server's version; it holds VS Code 1.139.1. */
export const CODE_SERVER = '4.139.1';

const nativeParts = 'VS Code builds and loads its native parts with it';

/**
 * Installs code-server into the cache folder, once for this machine (some minutes, 617 MB).
 * @param {string} node path of Node.js 24
 * @returns {Promise<string>} path of VS Code's server-main.js
 */
export async function prepareVscodeServer(node) {
  if (process.platform === 'win32') {
    throw new Unavailable(
      'code-server does not run on Windows; "npm run test:electron" uses desktop VS Code.',
    );
  }
  if (process.platform === 'linux') {
    await prepareSystem(
      ['libkrb5-dev', 'libx11-dev', 'libxkbfile-dev', 'libsecret-1-dev'].map(name =>
        debianLibrary(name, nativeParts),
      ),
    );
  }
  const folder = await cachedFolder(`code-server-${CODE_SERVER}`, part => installCodeServer(part, node));
  return path.join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js');
}

/** @param {string} folder @param {string} node */
async function installCodeServer(folder, node) {
  if (process.platform === 'linux') {
    await prepareSystem([
      program('make', nativeParts),
      program('g++', nativeParts),
      program('python3', nativeParts),
      program('pkg-config', nativeParts),
    ]);
  }
  say(`  VS Code's server goes to ${path.dirname(folder)} once; that takes about 4 minutes and 620 MB.`);
  try {
    await step(`Installing VS Code's server (code-server ${CODE_SERVER} from npm)`, () =>
      installNpmPackage({ spec: `code-server@${CODE_SERVER}`, folder, node, log: 'code-server.log' }),
    );
  } catch (error) {
    throw new Unavailable(`VS Code's server could not be had from the npm registry.\n${String(error)}`);
  }
}

/** @returns {Promise<string>} path of a Chromium or Chrome that starts */
export async function prepareChromium() {
  const chosen = process.env['LAMPLIGHT_CHROMIUM'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const why = 'the workbench tests look at VS Code through it; or name a browser by LAMPLIGHT_CHROMIUM';
  await prepareSystem([
    { what: 'Chromium', why, packages: ['chromium'], isThere: () => findChromium() !== undefined },
    ...(process.platform === 'linux' ? [fonts()] : []),
  ]);
  return /** @type {string} */ (findChromium());
}

function findChromium() {
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  const candidates = [...names.map(findOnPath), ...(process.platform === 'darwin' ? [mac] : [])];
  // Ubuntu's "chromium" may be a stub that only says how to get a snap: it counts when it starts.
  return candidates.find(
    file => file !== undefined && spawnSync(file, ['--version'], { timeout: 20_000 }).status === 0,
  );
}

/** Screenshots without fonts show boxes. */
function fonts() {
  return {
    what: 'a monospace font',
    why: 'screenshots need one',
    packages: ['fontconfig', 'fonts-dejavu-core'],
    isThere: () =>
      findOnPath('fc-list') === undefined
        ? false
        : spawnSync('fc-list', [':spacing=mono', 'family']).stdout.length > 0,
  };
}
