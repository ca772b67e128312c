/** The built command line as a user's shell runs it, and functions for it to invoke. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { buffer } from 'node:stream/consumers';
import { CreateFunctionCommand, type LambdaClient, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';
import yazl from 'yazl';
import { repository } from '../../../scripts/prepare/progress.mjs';

export const script = path.join(repository, 'dist/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  out(): string;
  readonly ended: Promise<Ended>;
  /** Resolves when standard output matches; rejects with all output when the program ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

export interface RunOptions {
  /** Working folder; all of the program's own files go below it. */
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Flags of Node itself. */
  readonly node?: readonly string[];
  readonly uid?: number;
}

/** Starts the command line without AWS settings of this machine and with a data folder below the working folder. */
export function start(argv: readonly string[], options: RunOptions): Running {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|NODE_OPTIONS$|npm_)/.test(name)),
  );
  const spawnOptions: SpawnOptions = {
    cwd: options.cwd,
    env: { ...env, XDG_DATA_HOME: path.join(options.cwd, 'data'), ...options.env },
    stdio: 'pipe',
    ...(options.uid === undefined ? {} : { uid: options.uid }),
  };
  const child = spawn(process.execPath, [...(options.node ?? []), script, ...argv], spawnOptions);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    child.emit('spoken');
  });
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin?.end(options.input ?? '');
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    child.emit('spoken');
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, out, err };
  });
  return {
    child,
    pid: child.pid!,
    out: () => out,
    ended,
    says: pattern =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(out);
          if (match === null && child.exitCode === null && child.signalCode === null) return;
          child.off('spoken', look);
          if (match !== null) resolve(match);
          else reject(new Error(`It ended without saying ${String(pattern)}:\n${out}\n${err}`));
        };
        child.on('spoken', look);
        look();
      }),
  };
}

/** Runs the command line to its end. */
export const run = (argv: readonly string[], options: RunOptions): Promise<Ended> =>
  start(argv, options).ended;

/** Creates a Node.js function of one file over the API and waits until it is active. */
export async function createFunction(
  client: LambdaClient,
  name: string,
  source: string,
  file: 'index.mjs' | 'index.js' = 'index.mjs',
): Promise<void> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(source), file);
  zip.end();
  await client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/any',
      Code: { ZipFile: await buffer(zip.outputStream) },
    }),
  );
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 10, minDelay: 1 }, { FunctionName: name });
}
