/**
 * A language's program as a sandbox sees it: at /var/lang, wherever this machine has it, with its libraries and nothing
 * of the folders around them.
 */
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { ProcessLaunch } from '../../../runtimes/processLaunch.ts';
import { outputOf } from '../../../runtimes/programs.ts';
import type { Bind } from './mountTable.ts';
import { LANGUAGE, RUNTIME_DIRECTORY } from './sandboxPlaces.ts';
import { sandboxError } from './sandboxRoom.ts';

export interface SandboxLanguage {
  /** With program, arguments and folders as the sandbox sees them. */
  readonly launch: ProcessLaunch;
  /** As this machine has them. */
  readonly outside: ProcessLaunch;
  readonly mounts: readonly Bind[];
  /** Folders of its shared libraries, as the sandbox sees them. */
  readonly libraries: readonly string[];
}

/** Where a Python is that {@link LANGUAGE} is a virtual environment of: packages of this machine are none of the function's. */
const PYTHON = `${LANGUAGE}/python`;

/** Rejects with an AwsError for a language that does not run in a sandbox yet. */
export async function languageOf(launch: ProcessLaunch): Promise<SandboxLanguage> {
  const find = LANGUAGES[launch.language];
  if (find) return find(launch);
  throw sandboxError(
    `Functions with ${launch.runtimeVersion} do not run in a sandbox yet: use --engine process or docker.`,
  );
}

const LANGUAGES: Readonly<Partial<Record<string, (launch: ProcessLaunch) => Promise<SandboxLanguage>>>> = {
  node: nodeOf,
  python: pythonOf,
  provided: launch => Promise.resolve({ launch, outside: launch, mounts: [], libraries: [] }),
};

async function nodeOf(launch: ProcessLaunch): Promise<SandboxLanguage> {
  const program = await nodeProgram(launch);
  // An editor's program needs what lies beside it.
  const isEditor = launch.variables['ELECTRON_RUN_AS_NODE'] !== undefined;
  const name = isEditor ? path.basename(program) : 'node';
  const mounts: Bind[] = isEditor
    ? [{ source: path.dirname(program), target: `${LANGUAGE}/bin` }]
    : [{ source: program, target: `${LANGUAGE}/bin/node` }, ...librariesOf(program, LANGUAGE)];
  return within(launch, `${LANGUAGE}/bin/${name}`, mounts, [`${LANGUAGE}/lib`]);
}

async function pythonOf(launch: ProcessLaunch): Promise<SandboxLanguage> {
  const program = await realpath(launch.command);
  const name = path.basename(program);
  const mounts: Bind[] = [
    { source: program, target: `${LANGUAGE}/bin/${name}` },
    { source: program, target: `${PYTHON}/bin/${name}` },
    ...librariesOf(program, PYTHON),
  ];
  return within(launch, `${LANGUAGE}/bin/${name}`, mounts, [`${PYTHON}/lib`]);
}

/** The file that makes {@link LANGUAGE} a virtual environment of the Python in the sandbox: its path and its text. */
export const virtualEnvironment = {
  file: `${LANGUAGE}/pyvenv.cfg`,
  text: `home = ${PYTHON}/bin\ninclude-system-site-packages = false\n`,
} as const;

/** A version manager's shim stands for a program elsewhere, which says where it is. */
async function nodeProgram({ command, variables }: ProcessLaunch): Promise<string> {
  if (variables['ELECTRON_RUN_AS_NODE'] !== undefined) return realpath(command);
  const said = await outputOf(command, ['-p', 'process.execPath']);
  return realpath(said ?? command);
}

function librariesOf(program: string, place: string): Bind[] {
  return ['lib', 'lib64']
    .map(name => ({
      source: path.join(path.dirname(path.dirname(program)), name),
      target: `${place}/${name}`,
    }))
    .filter(({ source }) => existsSync(source));
}

function within(
  launch: ProcessLaunch,
  command: string,
  mounts: readonly Bind[],
  libraries: readonly string[],
): SandboxLanguage {
  const { runtimeDirectory, args } = launch;
  const cache = args.findIndex(arg => arg.startsWith('pycache_prefix='));
  return {
    launch: {
      ...launch,
      command,
      args: args
        // All functions are at one path here: what one of them compiled must not be taken for another's.
        .filter((_, index) => cache < 0 || (index !== cache && index !== cache - 1))
        .map(arg =>
          arg.startsWith(runtimeDirectory + path.sep)
            ? RUNTIME_DIRECTORY + arg.slice(runtimeDirectory.length)
            : arg,
        ),
      runtimeDirectory: RUNTIME_DIRECTORY,
    },
    outside: launch,
    mounts: [{ source: runtimeDirectory, target: RUNTIME_DIRECTORY }, ...mounts],
    libraries,
  };
}
