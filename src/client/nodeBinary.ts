/**
 * Which Node runs the host, and how it is started: the one place that knows of Electron, of `node:sqlite` and of where
 * people keep their Nodes.
 */
import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { type Surroundings, surroundings } from './userFolders.ts';

/** First Node with `node:sqlite` without a flag. */
export const NODE_NEEDED = '22.13.0';

/** How `dist/cli.js` is started, without its own arguments. */
export interface HostLaunch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface NodeChoice {
  readonly command: string;
  readonly version: string;
}

/** True when this process's own Node can run the host. Electron builds of mid-2025 were made without `node:sqlite`. */
export function ownNodeServes(): boolean {
  return isBuiltin('node:sqlite') && !isOlder(process.versions.node, NODE_NEEDED);
}

/**
 * How to run the host: on this process's own Node (an editor's Electron with `ELECTRON_RUN_AS_NODE=1`) where it serves,
 * else on a newer one of this machine. Rejects with what to install where there is none.
 * @param chosen a Node that the user named; it is taken, or the answer is why it can't be
 */
export async function hostLaunch(
  cliScript: string,
  here: Surroundings = surroundings(),
  chosen = '',
): Promise<HostLaunch> {
  const env: NodeJS.ProcessEnv = { ...here.env };
  // What an editor set for its own processes would rule the host's and its handlers'.
  for (const name of Object.keys(env))
    if (/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name)) env[name] = undefined;
  if (chosen !== '') {
    if ((await versionOf(chosen)) === undefined)
      throw new Error(
        `${chosen} is not a Node.js ${NODE_NEEDED} or newer that can be run. Correct the setting that names it.`,
      );
    return { command: chosen, args: [cliScript], env };
  }
  if (ownNodeServes()) {
    if (process.versions['electron'] !== undefined) env['ELECTRON_RUN_AS_NODE'] = '1';
    return { command: process.execPath, args: [cliScript], env };
  }
  const found = await findNode(path.dirname(cliScript), here);
  if (found === undefined) throw new Error(missingNode());
  return { command: found.command, args: [cliScript], env };
}

/** What to tell a user on whose machine no Node serves. */
export function missingNode(): string {
  return `Lamplight's host needs Node.js ${NODE_NEEDED} or newer (this is ${process.versions.node}${ownHasSqlite()}), and none was found on the PATH or with nvm, fnm, volta, asdf, mise or n. Install one from https://nodejs.org and try again.`;
}

function ownHasSqlite(): string {
  return isBuiltin('node:sqlite') ? '' : ', without node:sqlite';
}

/**
 * A Node on this machine that can run the host: the one beside a development clone, the PATH's, then version managers',
 * newest first. Each is asked before it is taken.
 */
export async function findNode(
  near: string,
  here: Surroundings = surroundings(),
): Promise<NodeChoice | undefined> {
  for (const list of [besideClone(near, here), onPath(here), usual(here), await managedNodes(here)]) {
    for (const command of list) {
      const version = await versionOf(command);
      if (version !== undefined) return { command, version };
    }
  }
  return undefined;
}

/** The version of a Node that serves, undefined for any other program. */
async function versionOf(command: string): Promise<string | undefined> {
  try {
    await access(command, constants.X_OK);
  } catch {
    return undefined;
  }
  const script =
    "process.stdout.write((require('node:module').isBuiltin('node:sqlite')?'yes ':'no ')+process.versions.node)";
  return new Promise(resolve => {
    execFile(command, ['-e', script], { timeout: 5_000 }, (error, stdout) => {
      const [sqlite, version] = stdout.split(' ');
      const serves =
        error === null && sqlite === 'yes' && version !== undefined && !isOlder(version, NODE_NEEDED);
      resolve(serves ? version : undefined);
    });
  });
}

const program = (here: Surroundings): string => (here.platform === 'win32' ? 'node.exe' : 'node');

/** `npm ci` of a clone brings one: `dist/cli.js` beside `node_modules/node/bin/node`. */
function besideClone(near: string, here: Surroundings): string[] {
  return [path.join(near, '..', 'node_modules', 'node', 'bin', program(here))];
}

function onPath(here: Surroundings): string[] {
  const value = here.env['PATH'] ?? here.env['Path'] ?? '';
  return value
    .split(path.delimiter)
    .filter(folder => path.isAbsolute(folder))
    .map(folder => path.join(folder, program(here)));
}

/** An editor that was not started from a shell has a PATH without these. */
function usual(here: Surroundings): string[] {
  if (here.platform !== 'win32') return ['/opt/homebrew/bin/node', '/usr/local/bin/node', '/usr/bin/node'];
  return [path.join(here.env['ProgramFiles'] ?? 'C:\\Program Files', 'nodejs', 'node.exe')];
}

/** Nodes of version managers, newest first, unchecked: a folder a version, and where the program lies in it. */
export async function managedNodes(here: Surroundings): Promise<string[]> {
  const { env, home, platform } = here;
  const data = env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share');
  const places: readonly (readonly [folder: string, below: string])[] =
    platform === 'win32'
      ? [
          [env['NVM_HOME'] ?? path.join(env['APPDATA'] ?? home, 'nvm'), 'node.exe'],
          [path.join(env['APPDATA'] ?? home, 'fnm', 'node-versions'), 'installation/node.exe'],
          [path.join(env['LOCALAPPDATA'] ?? home, 'Volta', 'tools', 'image', 'node'), 'node.exe'],
        ]
      : [
          [path.join(env['NVM_DIR'] ?? path.join(home, '.nvm'), 'versions', 'node'), 'bin/node'],
          [path.join(env['FNM_DIR'] ?? path.join(data, 'fnm'), 'node-versions'), 'installation/bin/node'],
          [
            path.join(home, 'Library', 'Application Support', 'fnm', 'node-versions'),
            'installation/bin/node',
          ],
          [path.join(env['VOLTA_HOME'] ?? path.join(home, '.volta'), 'tools', 'image', 'node'), 'bin/node'],
          [path.join(env['ASDF_DATA_DIR'] ?? path.join(home, '.asdf'), 'installs', 'nodejs'), 'bin/node'],
          [path.join(env['MISE_DATA_DIR'] ?? path.join(data, 'mise'), 'installs', 'node'), 'bin/node'],
          [path.join(env['N_PREFIX'] ?? '/usr/local', 'n', 'versions', 'node'), 'bin/node'],
        ];
  const found: { version: string; command: string }[] = [];
  for (const [folder, below] of places) {
    for (const version of await entries(folder)) {
      if (/^v?\d+\.\d+\.\d+$/.test(version))
        found.push({ version: version.replace('v', ''), command: path.join(folder, version, below) });
    }
  }
  found.sort((a, b) => (isOlder(a.version, b.version) ? 1 : -1));
  return found.map(one => one.command);
}

async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

/** Compares `22.13.0` and the like. */
export function isOlder(version: string, than: string): boolean {
  const parts = (text: string): number[] => text.split('.').map(part => parseInt(part, 10));
  const [a, b] = [parts(version), parts(than)];
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
