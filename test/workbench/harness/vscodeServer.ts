/** One VS Code server (TESTING.md's recipe) for all workbench tests of a run, with a data folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { prepareDependencies } from '../../../scripts/prepare/dependencies.mjs';
import { prepareVscodeServer } from '../../../scripts/prepare/vscodeServer.mjs';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

export interface VscodeServer {
  /** `127.0.0.1:PORT`: the authority of `vscode-remote://` addresses. */
  readonly authority: string;
  /** `--server-data-dir`. */
  readonly dataDir: string;
  /** Names of the extension hosts' log folders so far (`…/exthost1`), in the order of their start. */
  extensionHostLogs(): Promise<string[]>;
  stop(): Promise<void>;
}

/** What would move, blink, ask or go to the network; it is the user's settings of every workbench. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'debug.internalConsoleOptions': 'neverOpen',
  'editor.autoClosingBrackets': 'never',
  'editor.autoIndent': 'none',
  'editor.cursorBlinking': 'solid',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  // In the browser VS Code saves by itself when nothing is said; on the desktop it does not.
  'files.autoSave': 'off',
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.confirmBeforeClose': 'never',
  'workbench.editor.enablePreview': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Starts it and resolves when it answers (about 0.3 s). */
export async function startVscodeServer(): Promise<VscodeServer> {
  const node = await prepareDependencies({ build: false });
  const main = await prepareVscodeServer(node);
  const folder = await temporaryFolder('vscode');
  const user = path.join(folder.path, 'data/User');
  await mkdir(user, { recursive: true });
  await writeFile(path.join(user, 'settings.json'), JSON.stringify(quietSettings));
  const options = {
    host: '127.0.0.1',
    port: '0',
    'server-data-dir': folder.path,
    'telemetry-level': 'off',
    // A closed page's extension host ends after this many seconds (the default is three hours).
    'reconnection-grace-time': '2',
  };
  const flags = ['without-connection-token', 'enable-smoke-test-driver', 'accept-server-license-terms'];
  const child = spawn(
    node,
    [
      main,
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      ...[...flags, 'disable-workspace-trust'].map(name => `--${name}`),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: serverEnvironment() },
  );
  let output = '';
  const port = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /Web UI available at http:\/\/[^:]+:(\d+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', code =>
      reject(new Error(`VS Code's server ended with exit ${String(code)}:\n${output}`)),
    );
  });
  const logs = path.join(folder.path, 'data/logs');
  return {
    authority: `127.0.0.1:${port}`,
    dataDir: folder.path,
    async extensionHostLogs() {
      const names = await readdir(logs, { recursive: true });
      const hosts = names.filter(name => /[\\/]exthost\d+$/.test(name));
      const index = (name: string): number => Number(/\d+$/.exec(name)?.[0]);
      return hosts.sort((a, b) => index(a) - index(b)).map(name => path.join(logs, name));
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      await folder.remove();
    },
  };
}

/** Ours without what belongs to the test run: mocha, npm, and CI, in which VS Code and extensions act differently. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|CI$|MOCHA|VSCODE_|NODE_OPTIONS$)/.test(name),
  );
  return Object.fromEntries(entries);
}

/** All log files below an extension host's log folder, each under its name. */
export async function readLogs(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.log')).sort();
  const parts = names.map(async name => `── ${name}\n${await readFile(path.join(folder, name), 'utf8')}`);
  return (await Promise.all(parts)).join('\n');
}
