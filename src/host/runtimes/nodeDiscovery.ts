/** Finds the Node.js that runs a function: the one its runtime asks for, else the PATH's, else the host's own. */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
  isProgram,
  newestFirst,
  outputOf,
  programName,
  programsOnPath,
  versionPrefix,
  type FoundLanguage,
  type SearchVariables,
} from './programs.ts';

export interface NodeSearch {
  /** Major version that the runtime asks for: `22`. */
  readonly major: string;
  /** Program or installation folder that a setting names for this runtime. */
  readonly setting?: string | undefined;
  /** The variables that lead to programs: PATH, NVM_DIR, FNM_DIR, VOLTA_HOME, ASDF_DATA_DIR. */
  readonly env: SearchVariables;
  readonly home?: string;
}

/** Our bootstrap runs from here on. */
const OLDEST = 18;

/** Never rejects: the host runs on a Node, so there is always one. */
export async function findNode(search: NodeSearch): Promise<FoundLanguage> {
  const exact = await findExact(search);
  if (exact) return exact;
  for (const command of await programsOnPath('node', search.env)) {
    const version = await versionOf(command);
    if (version !== undefined && Number.parseInt(version, 10) >= OLDEST) {
      return { command, version, variables: {}, notice: noticeOf(search.major, version, command) };
    }
  }
  return { ...ownNode(), notice: noticeOf(search.major, process.versions.node, process.execPath) };
}

/** The host's own program; inside an editor that is Electron, which behaves as Node when told so. */
export function ownNode(): FoundLanguage {
  return {
    command: process.execPath,
    version: process.versions.node,
    variables: 'electron' in process.versions ? { ELECTRON_RUN_AS_NODE: '1' } : {},
  };
}

async function findExact(search: NodeSearch): Promise<FoundLanguage | undefined> {
  const { major, setting, env } = search;
  if (setting !== undefined) {
    const named = await namedBy(setting);
    if (named) return versionPrefix(named.version, 1) === major ? named : withNotice(named, major);
  }
  for (const { command, version } of await managed(search)) {
    if (await isProgram(command)) return { command, version, variables: {} };
  }
  for (const command of await programsOnPath('node', env)) {
    const version = await versionOf(command);
    if (version !== undefined && versionPrefix(version, 1) === major)
      return { command, version, variables: {} };
  }
  return versionPrefix(process.versions.node, 1) === major ? ownNode() : undefined;
}

async function namedBy(setting: string): Promise<FoundLanguage | undefined> {
  const name = programName('node');
  for (const command of [setting, path.join(setting, name), path.join(setting, 'bin', name)]) {
    if (!(await isProgram(command))) continue;
    const version = await versionOf(command);
    if (version !== undefined) return { command, version, variables: {} };
  }
  return undefined;
}

/** The version managers' folders; the newest fitting version first. Their names tell the version. */
async function managed(search: NodeSearch): Promise<{ command: string; version: string }[]> {
  const { env } = search;
  const home = search.home ?? homedir();
  const bin = process.platform === 'win32' ? programName('node') : path.join('bin', 'node');
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
    for (const name of await readdir(folder).catch(() => [])) {
      const version = name.replace(/^v/, '');
      if (/^\d+\.\d+\.\d+$/.test(version) && versionPrefix(version, 1) === search.major) {
        found.push({ command: path.join(folder, name, program), version });
      }
    }
  }
  return found.sort((a, b) => newestFirst(a.version, b.version));
}

async function versionOf(command: string): Promise<string | undefined> {
  const text = await outputOf(command, ['--version']);
  return /^v(\d+\.\d+\.\d+)/.exec(text ?? '')?.[1];
}

function withNotice(found: FoundLanguage, major: string): FoundLanguage {
  return { ...found, notice: noticeOf(major, found.version, found.command) };
}

function noticeOf(major: string, version: string, command: string): string {
  return `Node.js ${major} was not found: functions with runtime nodejs${major}.x run on Node.js ${version} (${command}). Install Node.js ${major} to run them on theirs.`;
}
