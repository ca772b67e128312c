/** One runtime in a room: in a process namespace of its own, whose processes all end with its first one, or with the host. */
import type { Socket } from 'node:net';
import type { EngineExit, EngineRuntime } from '../../engine.ts';
import { startProcess } from '../process/childRuntime.ts';
import { groupMemory } from '../process/groupMemory.ts';
import { childrenOf, readStat, signalGroup, signalOne } from '../process/platform.ts';
import type { ProcessLedger } from '../process/processLedger.ts';
import { GROUP, USER } from './sandboxPlaces.ts';
import type { SandboxRoom } from './sandboxRoom.ts';
import type { SystemTools } from './systemTools.ts';

export interface SandboxStart {
  readonly tools: SystemTools;
  readonly room: SandboxRoom;
  /** Program and arguments, as the sandbox sees them. */
  readonly command: readonly string[];
  /** Complete. */
  readonly variables: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Another one runs in the room: this one's /proc is to be seen by itself only, and so is what is mounted later. */
  readonly beside?: boolean;
  /** The program in front is the user's: it may lose a connection that it was born with. */
  readonly wrapped: boolean;
  readonly marker: string;
  readonly ledger: ProcessLedger;
  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
  readonly connect?: (connection: Socket) => void;
}

export interface SandboxRuntime extends EngineRuntime {
  readonly room: SandboxRoom;
}

/**
 * The namespace's first process: mounts its /proc, starts the runtime in a session of its own, as the function's user and
 * without any capability, waits for it and for all whose parents are gone, and ends as it did. What a shell says of a
 * killed child is not the function's output.
 */
const FIRST = `root=$1; mount=$2; umount=$3; shift 3
if [ -n "$umount" ]; then "$umount" -l "$root/proc"; fi
"$mount" -a -T "$root.proc" || exit 1
exec 9>&2 2>/dev/null
"$@" 2>&9 9>&-
exit $?`;

/** Read by the loader of whatever program comes next: they reach the runtime as arguments of \`env\`, past all others. */
const OF_THE_LOADER = /^(LD_|GLIBC_TUNABLES$|MALLOC_)/;
/** Made by shells. */
const OF_THE_SHELL = ['PWD', 'OLDPWD', 'SHLVL', '_'];

/** How a shell tells that a signal ended what it waited for: 128 and the signal's number. */
const SIGNALS: Readonly<Record<number, NodeJS.Signals>> = {
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  136: 'SIGFPE',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
};

export function startInSandbox(start: SandboxStart): SandboxRuntime {
  const { room, tools, connect } = start;
  const child = startProcess({
    command: tools.nsenter,
    launch: { args: argumentsOf(start), variables: {} },
    variables: Object.fromEntries(
      Object.entries(start.variables).filter(([name]) => !OF_THE_LOADER.test(name)),
    ),
    directory: '/',
    marker: start.marker,
    ledger: start.ledger,
    output: (chunk, stream) => start.output(chunk, stream),
    ...(connect && !start.wrapped ? { connect: connection => connect(connection) } : {}),
  });
  room.used ||= start.beside !== true;
  const processes = new SandboxProcesses(child.pid ?? 0);
  return {
    engine: 'sandbox',
    room,
    get pid() {
      return processes.runtime ?? child.pid ?? 0;
    },
    exited: child.exited.then(asSeenWithin),
    signal(name) {
      const { first, runtime } = processes;
      // All of the namespace have ended when its first process has.
      if (name === 'SIGKILL' && first !== undefined && signalOne(first, name)) return;
      if (name === 'SIGTERM' && runtime !== undefined) signalGroup(runtime, name);
      else child.signal(name);
    },
    pause() {
      processes.signal('SIGSTOP');
    },
    resume() {
      processes.signal('SIGCONT');
    },
    memory: () => processes.memory(),
    drain: async () => child.drain?.(),
    async dispose() {
      await child.dispose();
      if (!room.taken) await room.close();
    },
  };
}

function argumentsOf({ tools, room, command, variables, directory, beside = false }: SandboxStart): string[] {
  return [
    ...['--target', String(room.pid), '--user', '--preserve-credentials', '--mount', '--'],
    ...[tools.setpriv, '--pdeathsig', 'KILL'],
    ...[tools.unshare, '--pid', '--fork', '--kill-child', ...(beside ? ['--mount'] : [])],
    ...[tools.sh, '-c', FIRST, 'sh', room.root, tools.mount, room.used && !beside ? tools.umount : ''],
    ...[tools.setsid, tools.unshare, '--user', `--map-user=${USER}`, `--map-group=${GROUP}`],
    ...[`--root=${room.root}`, `--wd=${directory}`, '--', '/usr/bin/env'],
    ...OF_THE_SHELL.filter(name => variables[name] === undefined).flatMap(name => ['-u', name]),
    ...Object.entries(variables)
      .filter(([name]) => OF_THE_LOADER.test(name))
      .map(([name, value]) => `${name}=${value}`),
    ...command,
  ];
}

function asSeenWithin(exit: EngineExit): EngineExit {
  const signal = exit.code === null ? undefined : SIGNALS[exit.code];
  return signal === undefined ? exit : { ...exit, code: null, signal };
}

/** The processes of one namespace, by the numbers that this machine has for them. */
class SandboxProcesses {
  /** Outside of it: waits for the first one. */
  readonly #outer: number;
  #first: number | undefined;
  #runtime: number | undefined;

  constructor(outer: number) {
    this.#outer = outer;
  }

  /** Undefined before it has been started. */
  get first(): number | undefined {
    this.#first ??= childrenOf(this.#outer)[0];
    return this.#first;
  }

  /** The one that leads a session of its own; undefined before it has been started. */
  get runtime(): number | undefined {
    const { first } = this;
    if (first === undefined) return undefined;
    this.#runtime ??= childrenOf(first).find(pid => readStat(pid)?.session === pid);
    return this.#runtime;
  }

  /** To all but the first one, those that left the runtime's group too. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    const { first, runtime } = this;
    if (first === undefined || runtime === undefined) return;
    signalGroup(runtime, name);
    for (const pid of below(first, 0)) if (readStat(pid)?.group !== runtime) signalOne(pid, name);
  }

  /** Bytes; the runtime with the most it ever had. */
  async memory(): Promise<number | undefined> {
    const { first, runtime } = this;
    if (first === undefined || runtime === undefined) return undefined;
    let sum = await groupMemory(runtime);
    for (const pid of childrenOf(first))
      if (pid !== runtime) sum = (sum ?? 0) + ((await groupMemory(pid)) ?? 0);
    return sum;
  }
}

function* below(pid: number, depth: number): Generator<number> {
  if (depth > 16) return;
  for (const child of childrenOf(pid)) {
    yield child;
    yield* below(child, depth + 1);
  }
}
