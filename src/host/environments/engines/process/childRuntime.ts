/** Runs an environment as a process of this machine, in a group of its own and with a clean environment (DESIGN.md, Execution environments). */
import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { ProcessLaunch } from '../../../runtimes/processLaunch.ts';
import type { EngineExit, EngineRuntime } from '../../engine.ts';
import { hasProcessGroups, hasSocketPairs, inheritedVariables, signalGroup } from './platform.ts';
import { groupMemory } from './groupMemory.ts';
import type { ProcessLedger } from './processLedger.ts';

export interface ProcessStart {
  readonly command: string;
  readonly launch: Pick<ProcessLaunch, 'args' | 'variables'>;
  readonly variables: Readonly<Record<string, string>>;
  readonly directory: string;
  /** `AWS_LAMBDA_EXEC_WRAPPER`: runs in front, with program and arguments as its own. */
  readonly wrapper?: string;
  readonly marker: string;
  readonly ledger: ProcessLedger;
  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
  /** Takes the connection to our bootstrap that comes into being with its process; absent where it is to make its own. */
  readonly connect?: (connection: Socket) => void;
}

/** Tells our bootstrap which file descriptor its connection is; it hides that from the function. */
const CONNECTION_VARIABLE = 'LAMPLIGHT_CONNECTION';
const CONNECTION = 3;

export function startProcess(start: ProcessStart): EngineRuntime {
  const { launch, ledger, marker } = start;
  const command = start.wrapper ?? start.command;
  const args = start.wrapper === undefined ? launch.args : [start.command, ...launch.args];
  // Cheaper than a connection over TCP for whoever sends, and nobody else can be at its other end. A wrapper may lose it.
  const connect = hasSocketPairs && start.wrapper === undefined ? start.connect : undefined;
  const child: ChildProcess = spawn(command, args, {
    cwd: start.directory,
    env: {
      ...inheritedVariables(),
      ...launch.variables,
      ...start.variables,
      ...(connect && { [CONNECTION_VARIABLE]: String(CONNECTION) }),
    },
    detached: hasProcessGroups,
    stdio: ['ignore', 'pipe', 'pipe', ...(connect ? (['pipe'] as const) : [])],
    windowsHide: true,
  });
  // Heard from the first moment on: a spawn that fails tells so in the next one.
  const exited = exitOf(child, start.wrapper !== undefined, (chunk, stream) => start.output(chunk, stream));
  const { pid } = child;
  // Absent where there was no file descriptor left for them.
  const { stdout, stderr, stdio } = child as Partial<ChildProcess>;
  try {
    if (pid !== undefined) ledger.started(pid);
  } catch (error) {
    // What can't be noted must not run: nobody would find it after a crash.
    if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    throw error;
  }
  stdout?.on('data', (chunk: Buffer) => start.output(chunk, 'stdout'));
  stderr?.on('data', (chunk: Buffer) => start.output(chunk, 'stderr'));
  const connection = stdio?.[CONNECTION];
  if (connection instanceof Socket) connect?.(connection);
  let gone = false;
  return {
    engine: 'process',
    ...(pid === undefined ? {} : { pid }),
    exited: exited.then(exit => {
      gone = true;
      return exit;
    }),
    signal(name) {
      if (pid !== undefined) signalGroup(pid, name);
    },
    // On Windows nothing stops a process from outside.
    ...(pid !== undefined && hasProcessGroups ? freezing(pid) : {}),
    memory: () => (pid === undefined || gone ? Promise.resolve(undefined) : groupMemory(pid)),
    drain,
    async dispose() {
      if (pid === undefined) return;
      // The leader is gone, its children need not be: the group's name stays theirs for as long as one of them lives.
      signalGroup(pid, 'SIGKILL');
      try {
        await ledger.ended(pid, marker);
      } finally {
        stdout?.destroy();
        stderr?.destroy();
      }
    },
  };
}

const freezing = (pid: number): Pick<EngineRuntime, 'pause' | 'resume'> => ({
  pause: () => void signalGroup(pid, 'SIGSTOP'),
  resume: () => void signalGroup(pid, 'SIGCONT'),
});

/**
 * Output that was written before an answer is ready to be read when the answer is: one more turn of the event loop has
 * read it. Two turns, because the poll that brought the answer may have been half way through.
 */
function drain(): Promise<void> {
  return new Promise(resolve => setImmediate(() => setImmediate(resolve)));
}

function exitOf(child: ChildProcess, wrapped: boolean, output: ProcessStart['output']): Promise<EngineExit> {
  return new Promise(resolve => {
    child.once('exit', (code, signal) => {
      // What it wrote last is still in the pipes.
      void drain().then(() => resolve({ code, signal, outOfMemory: false }));
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return;
      output(Buffer.from(`${error.message}\n`), 'stderr');
      // As a shell would tell it: AWS's own bootstrap is one, and execs the wrapper.
      const code = wrapped && error.code === 'EACCES' ? 126 : 127;
      resolve({ code, signal: null, outOfMemory: false });
    });
  });
}
