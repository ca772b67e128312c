/** Runs a build tool: its output is kept, and all of its processes end when the build is cancelled. */
import { spawn, type ChildProcess } from 'node:child_process';
import process from 'node:process';

export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Beside the variables of this process; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Gets each line of either output as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ProgramResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Bytes of either output that are kept: of more, the end. */
const MOST_OUTPUT = 8 * 1024 * 1024;
/** From the request to end to the end by force. */
const GRACE_MS = 1_000;
/** A daemon that the tool leaves behind holds its pipes open; what the tool itself wrote has come by then. */
const PIPES_MS = 500;

/** What of an editor's own process must not reach a tool. */
const editors: Readonly<Record<string, undefined>> = {
  ELECTRON_RUN_AS_NODE: undefined,
  VSCODE_IPC_HOOK: undefined,
  NODE_OPTIONS: undefined,
  NODE_CHANNEL_FD: undefined,
};

/** Rejects when the program can't be started, and with the signal's reason when that aborts. */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const { command, args, cwd, signal, onLine } = run;
  signal.throwIfAborted();
  const isScript = process.platform === 'win32' && /\.(cmd|bat)$/i.test(command);
  const child = spawn(isScript ? `"${command}"` : command, isScript ? args.map(quoted) : args, {
    cwd,
    env: { ...process.env, ...editors, ...run.env },
    // A group of its own, so that what it starts ends with it.
    detached: process.platform !== 'win32',
    shell: isScript,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const stdout = kept(child, 'stdout', onLine);
  const stderr = kept(child, 'stderr', onLine);
  let forced: NodeJS.Timeout | undefined;
  const end = (): void => {
    endTree(child, 'SIGTERM');
    forced = setTimeout(() => endTree(child, 'SIGKILL'), GRACE_MS);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const code = await ended(child);
    signal.throwIfAborted();
    return { code, stdout: stdout(), stderr: stderr() };
  } finally {
    signal.removeEventListener('abort', end);
    clearTimeout(forced);
    // What it started and didn't wait for.
    if (signal.aborted) endTree(child, 'SIGKILL');
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let waiting: NodeJS.Timeout | undefined;
    child.once('error', reject);
    child.once('exit', code => {
      waiting = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(code);
      }, PIPES_MS);
    });
    child.once('close', code => {
      clearTimeout(waiting);
      resolve(code);
    });
  });
}

function endTree({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32')
      spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on(
        'error',
        () => undefined,
      );
    else process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function kept(child: ChildProcess, name: 'stdout' | 'stderr', onLine: ProgramRun['onLine']): () => string {
  let chunks: Buffer[] = [];
  let size = 0;
  let rest = '';
  child[name]?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > 2 * MOST_OUTPUT) {
      chunks = [Buffer.concat(chunks).subarray(-MOST_OUTPUT)];
      size = MOST_OUTPUT;
    }
    if (onLine === undefined) return;
    const lines = (rest + chunk.toString()).split(/\r?\n|\r/);
    rest = (lines.pop() ?? '').slice(-4_096);
    for (const line of lines) if (line.trim() !== '') onLine(line);
  });
  return () => Buffer.concat(chunks).subarray(-MOST_OUTPUT).toString();
}

/** For cmd.exe. */
const quoted = (argument: string): string =>
  /^[\w./:\\=@-]+$/.test(argument) ? argument : `"${argument.replaceAll('"', '""')}"`;
