/** Finds the Python that runs a function: the project's virtual environment, else the version its runtime asks for, else `python3`. */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { AwsError } from '../../protocol/awsError.ts';
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

export interface PythonSearch {
  /** Version that the runtime asks for: `3.13`. */
  readonly minor: string;
  /** Program or installation folder that a setting names for this runtime. */
  readonly setting?: string | undefined;
  /** Folder of the project's virtual environment. */
  readonly virtualEnvironment?: string | undefined;
  /** The variables that lead to programs: PATH, PYENV_ROOT, ASDF_DATA_DIR. */
  readonly env: SearchVariables;
  readonly home?: string;
}

/** Our bootstrap runs from here on. */
const OLDEST_MINOR = 8;

/** Rejects with an AwsError that says what to install. */
export async function findPython(search: PythonSearch): Promise<FoundLanguage> {
  const { minor } = search;
  for await (const candidate of candidates(search)) {
    const found = await check(candidate.command);
    if (!found) continue;
    const fits = versionPrefix(found.version, 2) === minor;
    if (fits) return found;
    if (!candidate.anyVersion) continue;
    return { ...found, notice: noticeOf(minor, found, candidate.why) };
  }
  throw new AwsError(
    'InvalidRuntimeException',
    502,
    `Python was not found on this machine, and a function's runtime is python${minor}: install Python ${minor} (https://www.python.org/downloads/), or use --engine docker.`,
    { type: 'User', messageKey: 'Message' },
  );
}

interface Candidate {
  readonly command: string;
  /** Taken whatever its version. */
  readonly anyVersion: boolean;
  readonly why?: string;
}

async function* candidates(search: PythonSearch): AsyncGenerator<Candidate> {
  const { minor, setting, virtualEnvironment, env } = search;
  if (setting !== undefined) yield* inFolder(setting, minor, 'the setting names it');
  if (virtualEnvironment !== undefined) {
    yield* inFolder(virtualEnvironment, minor, "it is the project's virtual environment");
  }
  // A version manager's shim is a shell script that is slow, and may stand for nothing.
  const isShim = (command: string): boolean => path.basename(path.dirname(command)) === 'shims';
  const onPath = await programsOnPath(`python${minor}`, env);
  for (const command of onPath) if (!isShim(command)) yield { command, anyVersion: false };
  for (const command of await installed(search)) yield { command, anyVersion: false };
  for (const command of onPath) if (isShim(command)) yield { command, anyVersion: false };
  for (const name of ['python3', 'python']) {
    for (const command of await programsOnPath(name, env)) yield { command, anyVersion: false };
  }
  for (const name of ['python3', 'python']) {
    for (const command of await programsOnPath(name, env)) yield { command, anyVersion: true };
  }
}

async function* inFolder(folder: string, minor: string, why: string): AsyncGenerator<Candidate> {
  const names = [`python${minor}`, 'python3', 'python'].map(programName);
  const bin = process.platform === 'win32' ? 'Scripts' : 'bin';
  const places = [folder, ...names.flatMap(name => [path.join(folder, bin, name), path.join(folder, name)])];
  for (const command of places) if (await isProgram(command)) yield { command, anyVersion: true, why };
}

/** Where version managers and installers put this version; the newest patch first. */
async function installed(search: PythonSearch): Promise<string[]> {
  const { minor, env } = search;
  const home = search.home ?? homedir();
  const roots = [
    path.join(env['PYENV_ROOT'] ?? path.join(home, '.pyenv'), 'versions'),
    path.join(env['ASDF_DATA_DIR'] ?? path.join(home, '.asdf'), 'installs', 'python'),
    path.join(home, '.local', 'share', 'mise', 'installs', 'python'),
    path.join(env['UV_PYTHON_INSTALL_DIR'] ?? path.join(home, '.local', 'share', 'uv', 'python')),
  ];
  const found: string[] = [];
  for (const root of roots) {
    const names = await readdir(root).catch(() => []);
    const fitting = names.filter(name => name.replace(/^cpython-/, '').startsWith(`${minor}.`));
    for (const name of fitting.sort(newestFirst)) found.push(path.join(root, name, 'bin', `python${minor}`));
  }
  found.push(
    `/opt/homebrew/opt/python@${minor}/bin/python${minor}`,
    `/usr/local/opt/python@${minor}/bin/python${minor}`,
    `/Library/Frameworks/Python.framework/Versions/${minor}/bin/python${minor}`,
  );
  return found;
}

/**
 * The program itself says what it is: a version manager's shim stands for another program, or for none. A virtual
 * environment's program keeps its own path, which is what makes it one.
 */
async function check(command: string): Promise<FoundLanguage | undefined> {
  if (!(await isProgram(command))) return undefined;
  const script = 'import sys; print("%d.%d.%d" % sys.version_info[:3]); print(sys.executable)';
  const [version, executable] = ((await outputOf(command, ['-S', '-c', script])) ?? '').split(/\r?\n/);
  if (version === undefined || executable === undefined || !/^3\.\d+\.\d+$/.test(version)) return undefined;
  if (Number(version.split('.')[1]) < OLDEST_MINOR) return undefined;
  return { command: executable, version, variables: {} };
}

function noticeOf(minor: string, found: FoundLanguage, why: string | undefined): string {
  const fact = `Functions with runtime python${minor} run on Python ${found.version} (${found.command})`;
  return why === undefined
    ? `Python ${minor} was not found. ${fact}. Install Python ${minor} to run them on theirs.`
    : `${fact}: ${why}.`;
}

/** The virtual environment whose `site-packages` this is, or undefined. */
export async function virtualEnvironmentOf(sitePackages: string): Promise<string | undefined> {
  // lib/python3.13/site-packages on Unix, Lib/site-packages on Windows.
  for (const home of [path.resolve(sitePackages, '../../..'), path.resolve(sitePackages, '../..')]) {
    const names: string[] = await readdir(home).catch(() => []);
    if (names.includes('pyvenv.cfg')) return home;
  }
  return undefined;
}
