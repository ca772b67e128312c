// Starts the VS Code server inside code-server (TESTING.md's recipe), for people and for tests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

/**
 * @typedef {object} ServerOptions
 * @property {string} node Node.js 24
 * @property {string} main VS Code's server-main.js
 * @property {string} dataDir its `--server-data-dir`; made when it isn't there
 * @property {Record<string, unknown>} settings user settings, written where there are none yet
 * @property {number} [port] a free one when absent
 * @property {string} [token] what a browser must know; without it any program of this machine may connect
 * @property {readonly string[]} [flags] more command line flags
 */

/**
 * @typedef {object} Server
 * @property {string} authority `127.0.0.1:PORT`, also that of `vscode-remote://` addresses
 * @property {Promise<unknown>} ended
 * @property {() => Promise<void>} stop
 */

/** Resolves when it answers (about 0.3 s). @param {ServerOptions} options @returns {Promise<Server>} */
export async function startServer(options) {
  await writeSettings(options.dataDir, options.settings);
  const child = spawn(
    options.node,
    [
      options.main,
      ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
      ...['--server-data-dir', options.dataDir],
      ...(options.token === undefined
        ? ['--without-connection-token']
        : ['--connection-token', options.token]),
      // It is what makes the server honour the payload of an address (the extension in development).
      '--enable-smoke-test-driver',
      '--accept-server-license-terms',
      ...['--telemetry-level', 'off'],
      ...(options.flags ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: serverEnvironment() },
  );
  const ended = once(child, 'exit');
  const port = await portOf(child);
  return {
    authority: `127.0.0.1:${port}`,
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

/** @param {string} dataDir @param {Record<string, unknown>} settings */
async function writeSettings(dataDir, settings) {
  const file = path.join(dataDir, 'data/User/settings.json');
  if ((await stat(file).catch(() => undefined)) !== undefined) return;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(settings, undefined, 2));
}

/** Ours without what belongs to npm, to mocha and to CI, in which VS Code and extensions act differently. */
function serverEnvironment() {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|CI$|MOCHA|VSCODE_|NODE_OPTIONS$)/.test(name),
  );
  return Object.fromEntries(entries);
}

/** @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child */
function portOf(child) {
  let output = '';
  return new Promise((resolve, reject) => {
    /** @param {Buffer} chunk */
    const read = chunk => {
      output += chunk.toString();
      const found = /Web UI available at http:\/\/[^:]+:(\d+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`VS Code's server ended with exit ${code}:\n${output}`)));
  });
}

/**
 * The address that opens a folder, with the extension in development from the repository.
 * @param {object} options
 * @param {string} options.authority
 * @param {string} options.folder absolute
 * @param {string} [options.extension] absolute path of the extension in development
 * @param {string} [options.tests] absolute path of a module for the extension host to run
 * @param {string} [options.file] absolute path of a file to open, with `:LINE`
 * @param {Record<string, string>} [options.environment] added to the extension host's
 * @param {string} [options.token]
 */
export function workbenchAddress({ authority, folder, extension, tests, file, environment, token }) {
  /** @param {string} place */
  const remote = place => `vscode-remote://${authority}${place}`;
  const payload = [['skipWelcome', 'true']];
  if (environment !== undefined) payload.push(['extensionEnvironment', JSON.stringify(environment)]);
  if (extension !== undefined) payload.push(['extensionDevelopmentPath', remote(extension)]);
  if (tests !== undefined) payload.push(['extensionTestsPath', remote(tests)]);
  if (file !== undefined) payload.push(['openFile', remote(file)], ['gotoLineMode', 'true']);
  const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) });
  if (token !== undefined) query.set('tkn', token);
  return `http://${authority}/?${query.toString()}`;
}
