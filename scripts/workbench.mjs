// npm run workbench: VS Code in the browser with the extension from this repository, where desktop VS Code can't be had.
//   node scripts/workbench.mjs [FOLDER] [--port N]
// It serves samples/orders, or FOLDER, until Ctrl-C. Plain JavaScript on Node 20: it runs on a fresh clone.
import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { prepareDependencies } from './prepare/dependencies.mjs';
import { Unavailable, repository, say } from './prepare/progress.mjs';
import { prepareVscodeServer } from './prepare/vscodeServer.mjs';
import { startServer, workbenchAddress } from './workbench/server.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', short: 'p' } },
});

async function main() {
  const sample = path.join(repository, 'samples/orders');
  const folder = await realpath(positionals[0] ?? sample);
  const node = await prepareDependencies();
  const server = await startServer({
    node,
    main: await prepareVscodeServer(node),
    dataDir: path.join(repository, '.cache/workbench'),
    settings,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    token,
    // Our own sample needs no question; somebody's folder does.
    flags: folder === sample ? ['--disable-workspace-trust'] : [],
  });
  console.log(`\nVS Code with Lamplight on ${folder}:\n`);
  console.log(
    `  ${workbenchAddress({ authority: server.authority, folder, extension: repository, token })}\n`,
  );
  console.log('It serves this machine only, until Ctrl-C.');
  const stopping = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      stopping.abort();
      void server.stop();
    });
  }
  await server.ended;
  if (!stopping.signal.aborted) throw new Error("VS Code's server ended by itself.");
}

/** VS Code's own novelties would cover what there is to see; they are the user's to change from then on. */
const settings = {
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};
const token = randomBytes(16).toString('hex');

try {
  await main();
} catch (error) {
  say(error instanceof Unavailable ? error.message : String(error));
  process.exitCode = 1;
}
