/** What a case of the bench works with. */
import { exec } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { CreateFunctionCommand, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';
import { repository } from '../scripts/prepare/progress.mjs';
import { temporaryFolder } from '../test/helpers/temporaryFolder.ts';
import { startTestHost, type TestHost, type TestHostOptions } from '../test/helpers/testHost.ts';
import { zipOf } from '../test/helpers/zip.ts';
import type { Row } from './report.ts';

export interface Case {
  readonly name: string;
  /** For a person, before it runs. */
  readonly what: string;
  /** Whether it runs when nothing is asked for: the others need an engine or VS Code. */
  readonly group: 'usual' | 'containers' | 'workbench';
  run(options: CaseOptions): Promise<Row[]>;
}

export interface CaseOptions {
  /** Multiplies the number of rounds; 1 when nothing is said. */
  readonly effort: number;
}

export const commandLine = path.join(repository, 'dist/cli.js');

/** The handler that bareWorker.ts has too. */
export const trivialHandler = 'exports.handler = async event => ({ n: event.n + 1 });\n';

/** Runs `work` with a host of its own and stops it in any case; `keep` leaves its folder to the next one. */
export async function withHost<T>(
  { keep = false, ...options }: TestHostOptions & { readonly keep?: boolean },
  work: (host: TestHost) => Promise<T>,
): Promise<T> {
  const host = await startTestHost(options);
  try {
    return await work(host);
  } finally {
    await host.stop({ keep });
  }
}

/** Creates a Node.js function of one file and waits until it is Active. */
export async function createFunction(
  host: TestHost,
  name: string,
  source: string,
  variables?: Readonly<Record<string, string>>,
  timeout = 10,
): Promise<void> {
  const { client } = host;
  await client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/bench',
      Timeout: timeout,
      Code: { ZipFile: await zipOf({ 'index.js': source }) },
      ...(variables === undefined ? {} : { Environment: { Variables: { ...variables } } }),
    }),
  );
  const wait = { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 };
  await waitUntilFunctionActiveV2(wait, { FunctionName: name });
}

/** Runs `work` with a folder that is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder('bench');
  try {
    return await work(folder.path);
  } finally {
    await rm(folder.path, { recursive: true, force: true });
  }
}

/** Resident set of a process, in units of 1,000,000 bytes. */
export async function residentMegabytes(pid: number): Promise<number> {
  const kibibytes = await readFile(`/proc/${pid}/status`, 'utf8').then(
    status => /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1],
    async () => (await promisify(exec)(`ps -o rss= -p ${pid}`)).stdout.trim(),
  );
  return (Number(kibibytes) * 1_024) / 1_000_000;
}
