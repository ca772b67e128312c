/** One VS Code server for all workbench tests of a run, with a data folder of its own. */
import { cp, mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { prepareDependencies } from '../../../scripts/prepare/dependencies.mjs';
import { run } from '../../../scripts/prepare/progress.mjs';
import { prepareVscodeServer } from '../../../scripts/prepare/vscodeServer.mjs';
import { startServer } from '../../../scripts/workbench/server.mjs';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

export interface VscodeServer {
  /** `127.0.0.1:PORT`. */
  readonly authority: string;
  /** Log folders of the extension hosts so far (`…/exthost1`), in the order of their start. */
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
  // It asks the network for types, and says so in a notification.
  'js/ts.tsserver.automaticTypeAcquisition.enabled': false,
  // A second server for each window, which only makes large projects sooner ready.
  'js/ts.tsserver.useSyntaxServer': 'never',
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

export interface VscodeServerOptions {
  /** A .vsix to install. */
  readonly install?: string;
  /** VS Code's own extensions: `all` (when absent), or those that have to do with code and debugging. */
  readonly builtIn?: 'all' | 'needed';
  /** Folders of extensions, as they are when they are installed. */
  readonly installed?: readonly string[];
  /** Over the quiet settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Ask for trust in folders that are opened, as a user's VS Code does. */
  readonly trust?: boolean;
}

export async function startVscodeServer(options: VscodeServerOptions = {}): Promise<VscodeServer> {
  const node = await prepareDependencies({ build: false });
  const main = await prepareVscodeServer(node);
  const folder = await temporaryFolder('vscode');
  if (options.install !== undefined) {
    await run(node, [main, '--server-data-dir', folder.path, '--install-extension', options.install]);
  }
  // Where VS Code keeps no list of its extensions yet, it takes what it finds.
  for (const extension of options.installed ?? [])
    await cp(extension, path.join(folder.path, 'extensions', path.basename(extension)), { recursive: true });
  const trust = { 'security.workspace.trust.enabled': options.trust === true };
  const server = await startServer({
    node,
    main,
    dataDir: folder.path,
    settings: { ...quietSettings, ...trust, ...options.settings },
    flags: [
      ...(options.trust === true ? [] : ['--disable-workspace-trust']),
      // Seconds after which the extension host of a window that is gone ends (three hours when nothing is said).
      ...['--reconnection-grace-time', '2'],
      ...(options.builtIn === 'needed'
        ? ['--builtin-extensions-dir', await neededExtensions(main, folder.path)]
        : []),
    ],
  });
  const logs = path.join(folder.path, 'data/logs');
  return {
    authority: server.authority,
    async extensionHostLogs() {
      const names = await readdir(logs, { recursive: true });
      const hosts = names.filter(name => /[\\/]exthost\d+$/.test(name));
      const index = (name: string): number => Number(/\d+$/.exec(name)?.[0]);
      return hosts.sort((a, b) => index(a) - index(b)).map(name => path.join(logs, name));
    },
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}

/**
 * They start with every window, as git does, or watch it, and have nothing to do with ours: some seconds for each window.
 * Those that can run in the page stay: the page knows them by itself, and complains about each that it doesn't get.
 */
const notNeeded = new Set([
  'copilot',
  'git',
  'github',
  'grunt',
  'gulp',
  'jake',
  'microsoft-authentication',
  'php-language-features',
  'tunnel-forwarding',
]);

/** A folder with links to the others. */
async function neededExtensions(main: string, dataDir: string): Promise<string> {
  const all = path.join(path.dirname(main), '../extensions');
  const needed = path.join(dataDir, 'builtIn');
  await mkdir(needed);
  for (const name of await readdir(all))
    if (!notNeeded.has(name)) await symlink(path.join(all, name), path.join(needed, name));
  return needed;
}

/** All log files below an extension host's log folder, each under its name. */
export async function readLogs(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.log')).sort();
  const parts = names.map(async name => `── ${name}\n${await readFile(path.join(folder, name), 'utf8')}`);
  return (await Promise.all(parts)).join('\n');
}
