// A package from the npm registry that is a tool of ours rather than a dependency: installed into a folder of its own.
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { run } from './progress.mjs';

/**
 * Installs `spec` (`name@version`) into `folder`, on the given Node.js and with its headers for native parts.
 * @param {{spec: string, folder: string, node: string, log: string}} options `log`: name of a file in .cache/prepare/
 */
export async function installNpmPackage({ spec, folder, node, log }) {
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  /** @type {Record<string, string | undefined>} */
  const env = { PATH: `${path.dirname(node)}${path.delimiter}${process.env['PATH'] ?? ''}` };
  // What "npm run" told us about our own package and its Node.js must not reach an npm of another folder and Node.js.
  for (const name of Object.keys(process.env)) if (isOfThisRun(name)) env[name] = undefined;
  // The npm package of Node.js brings its headers: node-gyp then downloads none.
  const headers = path.resolve(
    path.dirname(node),
    '../node_modules',
    `node-${process.platform}-${process.arch}`,
  );
  const found = await stat(path.join(headers, 'include/node/node.h')).catch(() => undefined);
  if (found !== undefined) env['npm_config_nodedir'] = headers;
  await run('npm', ['install', '--no-audit', '--no-fund', spec], { cwd: folder, env, log });
}

/** @param {string} name of a variable that "npm run" sets for its script, whatever the user's configuration says */
const isOfThisRun = name =>
  /^npm_(package|lifecycle|command|execpath|node)/.test(name) ||
  /^npm_config_(user_agent|npm_version|prefix|local_prefix|global_prefix)$/.test(name) ||
  ['INIT_CWD', 'NODE'].includes(name);
