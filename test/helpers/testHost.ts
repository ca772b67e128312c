/**
 * A real host for a test: the built command line in a process of its own, with a state folder and a workspace of its
 * own, and an official SDK client for it. In a `describe`:
 *
 *     const host = useTestHost();
 *     it('creates a function', async () => {
 *       await host().client.send(new CreateFunctionCommand({ … }));
 *     });
 *
 * `startTestHost` is the same for a test that needs to start, stop or kill hosts by itself.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { prepareDependencies } from '../../scripts/prepare/dependencies.mjs';
import { repository } from '../../scripts/prepare/progress.mjs';
import type { ReadyMessage } from '../../src/protocol/hostInfo.ts';
import { assertNothingRuns } from './leftovers.ts';
import { temporaryFolder, type TemporaryFolder } from './temporaryFolder.ts';

export interface TestHostOptions {
  /** Folder to copy as the workspace: absolute, or below the repository. Neither this nor `files`: an empty host. */
  readonly folder?: string;
  /** Files to write into the workspace: path → content. */
  readonly files?: Readonly<Record<string, string>>;
  /** More arguments for `lamplight start`. */
  readonly args?: readonly string[];
  /** Added to the host's environment; `undefined` removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The root of an earlier {@link TestHost} that was not removed: the host starts on its state and workspace. */
  readonly root?: TemporaryFolder;
}

export interface TestHost {
  /** The first line that it printed. */
  readonly ready: ReadyMessage;
  readonly client: LambdaClient;
  /** Absolute real path of the workspace's copy; absent for an empty host. */
  readonly workspace?: string;
  readonly stateDir: string;
  /** Holds workspace, state and temporary files; removed by `stop` and `kill` unless they are told to keep it. */
  readonly root: TemporaryFolder;
  readonly pid: number;
  /** All that it has printed so far, stdout and stderr. */
  output(): string;
  /** JSON objects that it printed after the ready line. */
  messages(): readonly unknown[];
  /** Resolves when the process has ended, however it did. */
  readonly ended: Promise<HostEnd>;
  /**
   * SIGTERM, as a user's Ctrl-C. Asserts that all its processes are gone within 3 s and that it left nothing in the
   * folder for temporary files.
   */
  stop(options?: { keep?: boolean }): Promise<HostEnd>;
  /** SIGKILL of the host alone: what it leaves behind is the next start's to reclaim. */
  kill(): Promise<HostEnd>;
}

export interface HostEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Resolves when the host says that it is ready; rejects with its output when it ends before, or after 20 s. */
export async function startTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const node = await prepareDependencies();
  const root = options.root ?? (await temporaryFolder('host'));
  const stateDir = path.join(root.path, 'state');
  const temporary = path.join(root.path, 'tmp');
  await mkdir(temporary, { recursive: true });
  const workspace = await makeWorkspace(root.path, options);
  const child = spawn(
    node,
    [
      path.join(repository, 'dist/cli.js'),
      'start',
      ...(workspace === undefined ? [] : [workspace]),
      ...['--json', '--state', stateDir],
      ...(options.args ?? []),
    ],
    {
      cwd: root.path,
      env: { ...hostEnvironment(root.path, temporary), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<HostEnd>(resolve => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const spoken = listen(child);
  let ready: ReadyMessage;
  try {
    ready = await firstLine(child, spoken, ended);
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    if (options.root === undefined) await root.remove();
    throw error;
  }
  const client = new LambdaClient({
    endpoint: ready.endpoint,
    region: ready.region,
    credentials: ready.credentials,
    maxAttempts: 1,
  });
  return {
    ready,
    client,
    ...(workspace === undefined ? {} : { workspace }),
    stateDir,
    root,
    pid: child.pid!,
    output: () => spoken.output,
    messages: () => messagesOf(spoken).slice(1),
    ended,
    async stop({ keep = false } = {}) {
      client.destroy();
      child.kill('SIGTERM');
      try {
        await assertNothingRuns(root.path, 3_000);
        const end = await ended;
        await assertEmpty(temporary);
        return end;
      } finally {
        if (!keep) await root.remove();
      }
    },
    async kill() {
      client.destroy();
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** Starts a host before the tests of the surrounding `describe` and stops it after them. */
export function useTestHost(options: TestHostOptions = {}): () => TestHost {
  let host: TestHost | undefined;
  before('start the host', async function () {
    this.timeout(30_000);
    host = await startTestHost(options);
  });
  afterEach('show what the host printed when a test failed', function () {
    if (this.currentTest?.state === 'failed' && host !== undefined) console.log(host.output().slice(-4_000));
  });
  after('stop the host', async function () {
    this.timeout(15_000);
    await host?.stop();
    host = undefined;
  });
  return () => {
    if (host === undefined) throw new Error('The host starts in a before hook: call this inside a test');
    return host;
  };
}

async function makeWorkspace(root: string, options: TestHostOptions): Promise<string | undefined> {
  const { folder, files } = options;
  if (folder === undefined && files === undefined) return undefined;
  const source = folder === undefined ? undefined : path.resolve(repository, folder);
  const workspace = path.join(root, source === undefined ? 'workspace' : path.basename(source));
  // A second start on the same root finds the workspace as the first one left it.
  if (options.root !== undefined) return workspace;
  if (source === undefined) await mkdir(workspace);
  else await cp(source, workspace, { recursive: true, verbatimSymlinks: true });
  for (const [name, content] of Object.entries(files ?? {})) {
    await mkdir(path.dirname(path.join(workspace, name)), { recursive: true });
    await writeFile(path.join(workspace, name), content);
  }
  return workspace;
}

/** As a user's shell would have it, with no AWS settings of the machine and all of the host's own files in `root`. */
function hostEnvironment(root: string, temporary: string): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^(AWS_|npm_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(entries), XDG_DATA_HOME: path.join(root, 'data'), TMPDIR: temporary };
}

interface Spoken {
  output: string;
  /** What it printed on stdout and nobody has asked for yet. */
  unread: string;
  readonly messages: unknown[];
}

function listen(child: ChildProcess): Spoken {
  const spoken: Spoken = { output: '', unread: '', messages: [] };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    spoken.output += text;
    spoken.unread += text;
    if (text.includes('\n')) child.emit('spoken');
  });
  child.stderr!.on('data', (chunk: Buffer) => (spoken.output += chunk.toString()));
  return spoken;
}

/** Taken apart when they are asked for: a busy host prints thousands a second, which a bench must not pay for. */
function messagesOf(spoken: Spoken): readonly unknown[] {
  const lines = spoken.unread.split('\n');
  spoken.unread = lines.pop()!;
  for (const line of lines) spoken.messages.push(parse(line));
  return spoken.messages;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return { type: 'not JSON', line };
  }
}

async function firstLine(
  child: ChildProcess,
  spoken: Spoken,
  ended: Promise<HostEnd>,
): Promise<ReadyMessage> {
  const first = new Promise<'spoken'>(resolve => child.once('spoken', () => resolve('spoken')));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>(resolve => (timer = setTimeout(() => resolve('late'), 20_000)));
  const what = await Promise.race([first, ended, late]);
  clearTimeout(timer);
  const message = messagesOf(spoken)[0] as ReadyMessage | undefined;
  if (what === 'spoken' && message?.type === 'ready') return message;
  const reason =
    what === 'late'
      ? 'said nothing for 20 s'
      : what === 'spoken'
        ? 'said something else first'
        : `ended with ${what.signal ?? `exit ${String(what.code)}`}`;
  throw new Error(`The host ${reason} instead of being ready:\n${spoken.output}`);
}

async function assertEmpty(folder: string): Promise<void> {
  // Node's own compile cache is meant to stay.
  const left = (await readdir(folder)).filter(name => name !== 'node-compile-cache');
  if (left.length > 0) throw new Error(`The host left files in ${folder}: ${left.join(', ')}`);
}
