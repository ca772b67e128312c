/** Finds the Node.js that runs a function: the one its runtime asks for, else the PATH's, else the host's own. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

export interface FoundLanguage {
  /** Absolute path of the program. */
  readonly command: string;
  /** `22.14.0` */
  readonly version: string;
  /** Variables that the program itself needs at its start. */
  readonly variables: Readonly<Record<string, string>>;
  /** Said once where it is not the version that the runtime asks for. */
  readonly notice?: string;
}

export interface NodeSearch {
  /** Major version that the runtime asks for: `22`. */
  readonly major: string;
  /** Path or folder that a setting names for this runtime. */
  readonly setting?: string | undefined;
  /** The variables that lead to programs: PATH, NVM_DIR, FNM_DIR, VOLTA_HOME, ASDF_DATA_DIR. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
}

const executable = process.platform === 'win32' ? 'node.exe' : 'node';
/** Our bootstrap runs from here on. */
const OLDEST = 18;

/** Never rejects: the host runs on a Node, so there is always one. */
export async function findNode(search: NodeSearch): Promise<FoundLanguage> {
  const exact = await findExact(search);
  if (exact) return exact;
  const onPath = await firstOnPath(search.env['PATH']);
  const version = onPath === undefined ? undefined : await versionOf(onPath);
  if (onPath !== undefined && version !== undefined && Number.parseInt(version, 10) >= OLDEST) {
    return { command: onPath, version, variables: {}, ...noticeOf(search.major, version, onPath) };
  }
  return { ...ownNode(), ...noticeOf(search.major, process.versions.node, process.execPath) };
}

/** The host's own program; inside an editor that is Electron, which behaves as Node when told so. */
export function ownNode(): FoundLanguage {
  const inElectron = 'electron' in process.versions;
  return {
    command: process.execPath,
    version: process.versions.node,
    variables: inElectron ? { ELECTRON_RUN_AS_NODE: '1' } : {},
  };
}

async function findExact(search: NodeSearch): Promise<FoundLanguage | undefined> {
  if (search.setting !== undefined) {
    const command = await programIn(search.setting);
    const version = command === undefined ? undefined : await versionOf(command);
    if (command !== undefined && version !== undefined) return { command, version, variables: {} };
  }
  for (const candidate of await managed(search)) {
    if (await isProgram(candidate.command)) return { ...candidate, variables: {} };
  }
  const onPath = await firstOnPath(search.env['PATH']);
  if (onPath !== undefined) {
    const version = await versionOf(onPath);
    if (version !== undefined && majorOf(version) === search.major)
      return { command: onPath, version, variables: {} };
  }
  return majorOf(process.versions.node) === search.major ? ownNode() : undefined;
}

/** The version managers' folders; the newest fitting version first. Their names tell the version. */
async function managed(search: NodeSearch): Promise<{ command: string; version: string }[]> {
  const { env } = search;
  const home = search.home ?? homedir();
  const bin = process.platform === 'win32' ? executable : path.join('bin', executable);
  const roots: [folder: string, program: string][] = [
    [path.join(env['NVM_DIR'] ?? path.join(home, '.nvm'), 'versions', 'node'), bin],
    [
      path.join(env['FNM_DIR'] ?? path.join(home, '.local', 'share', 'fnm'), 'node-versions'),
      path.join('installation', bin),
    ],
    [path.join(env['VOLTA_HOME'] ?? path.join(home, '.volta'), 'tools', 'image', 'node'), bin],
    [path.join(env['ASDF_DATA_DIR'] ?? path.join(home, '.asdf'), 'installs', 'nodejs'), bin],
    [path.join(home, '.local', 'share', 'mise', 'installs', 'node'), bin],
  ];
  const found: { command: string; version: string }[] = [];
  for (const [folder, program] of roots) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const version = name.replace(/^v/, '');
      if (/^\d+\.\d+\.\d+$/.test(version) && majorOf(version) === search.major) {
        found.push({ command: path.join(folder, name, program), version });
      }
    }
  }
  return found.sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
}

async function programIn(setting: string): Promise<string | undefined> {
  for (const candidate of [setting, path.join(setting, executable), path.join(setting, 'bin', executable)]) {
    if (path.basename(candidate) === executable && (await isProgram(candidate))) return candidate;
  }
  return undefined;
}

async function firstOnPath(searchPath: string | undefined): Promise<string | undefined> {
  for (const folder of (searchPath ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    const candidate = path.join(folder, executable);
    if (await isProgram(candidate)) return candidate;
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function versionOf(command: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, ['--version'], { timeout: 10_000 });
    return /^v(\d+\.\d+\.\d+)/.exec(stdout.trim())?.[1];
  } catch {
    return undefined;
  }
}

function majorOf(version: string): string {
  return version.split('.', 1)[0] ?? '';
}

function noticeOf(major: string, version: string, command: string): { notice?: string } {
  if (majorOf(version) === major) return {};
  return {
    notice: `Node.js ${major} was not found: functions with runtime nodejs${major}.x run on Node.js ${version} (${command}). Install Node.js ${major} to run them on theirs.`,
  };
}
