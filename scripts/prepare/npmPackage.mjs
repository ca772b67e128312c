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
  // What "npm run" told us about our own package must not reach an npm that works in another folder.
  for (const name of Object.keys(process.env)) {
    if (
      /^npm_(package|lifecycle|command|execpath|node)|^npm_config_(local_|global_)?prefix$|^INIT_CWD$/.test(
        name,
      )
    ) {
      env[name] = undefined;
    }
  }
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
