/** External extensions as processes of this machine: the files in `extensions/` of what stands for `/opt` (spec/execution-environment.md §2.3). */
import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {
  ExtensionLaunchError,
  type ExtensionPrograms,
  type ExtensionProcess,
  type ExtensionStart,
} from '../../engine.ts';
import { extensionFiles } from '../extensionFiles.ts';
import { startProcess } from './childRuntime.ts';
import { isForeignProgram } from './foreignProgram.ts';
import type { ProcessLedger } from './processLedger.ts';

/** One extension that is to run; `file` is there, and is a program of this machine. */
export interface ExtensionRun {
  readonly file: string;
  readonly name: string;
  readonly marker: string;
  /** Complete. */
  readonly variables: Readonly<Record<string, string>>;
  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
}

/** `directory` stands for `/var/task`: where they work. */
export const runAsProcess =
  (directory: string, ledger: ProcessLedger) =>
  (run: ExtensionRun): ExtensionProcess =>
    startProcess({
      command: run.file,
      launch: { args: [], variables: {} },
      variables: run.variables,
      directory,
      marker: run.marker,
      ledger,
      output: (chunk, stream) => run.output(chunk, stream),
    });

/** `layers` stands for `/opt`. Undefined where the layers have none. */
export async function findExtensions(
  layers: string | undefined,
  run: (run: ExtensionRun) => ExtensionProcess | Promise<ExtensionProcess>,
): Promise<ExtensionPrograms | undefined> {
  const { names, disabled } = await extensionFiles(layers);
  if (layers === undefined || (names.length === 0 && !disabled)) return undefined;
  const folder = path.join(layers, 'extensions');
  return {
    disabled,
    names,
    start: (name, start) => startOne(path.join(folder, name), name, run, start),
  };
}

async function startOne(
  file: string,
  name: string,
  run: (run: ExtensionRun) => ExtensionProcess | Promise<ExtensionProcess>,
  start: ExtensionStart,
): Promise<ExtensionProcess> {
  // As Go words it: AWS's supervisor is written in it.
  const cannot = (why: string): string => `fork/exec /opt/extensions/${name}: ${why}`;
  if (!(await isExecutable(file)))
    throw new ExtensionLaunchError('PermissionDenied', cannot('permission denied'));
  if (!(await hasFormat(file))) throw new ExtensionLaunchError('UnknownError', cannot('exec format error'));
  const port = await start.openRuntimeApi({ address: '127.0.0.1' });
  const child = await run({
    file,
    name,
    marker: start.environmentId,
    variables: { ...start.variables, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
    output: (chunk, stream) => start.output(chunk, stream),
  });
  // The file was there a moment ago: what is missing is the program of its first line.
  if (child.pid === undefined)
    throw new ExtensionLaunchError('UnknownError', cannot('no such file or directory'));
  return child;
}

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/** A program of this machine, or a script that names its interpreter: anything else a shell would get to read. */
async function hasFormat(file: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  if (await isForeignProgram(file)) return false;
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const head = buffer.subarray(0, bytesRead).toString('latin1');
    return head.startsWith('#!') || head === '\x7fELF';
  } finally {
    await handle.close();
  }
}
