/**
 * Runtimes that were started ahead and belong to no function yet: what makes a cold start short. Each has its listener,
 * waits for an assignment, and serves one environment only (DESIGN.md, Execution environments).
 */
import type { ProcessLaunch } from '../../../runtimes/processLaunch.ts';
import type { Clock, Timer } from '../../../clock.ts';
import type { EngineRuntime } from '../../engine.ts';
import { RuntimeApi } from '../../runtimeApi/runtimeApi.ts';

/** Runtimes that were started ahead of one kind; more would cost memory that nobody asked for. */
const SIZE = 1;
/** A refill waits until this long nothing was started: a cold start must not share its cores with it. */
const QUIET_MS = 150;
/** A kind that nobody uses for this long is given up. */
const UNUSED_MS = 10 * 60_000;

export interface AheadRuntime {
  readonly api: RuntimeApi;
  readonly runtime: EngineRuntime;
  /** Output goes here from now on. */
  setOutput(output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void): void;
}

export interface RuntimePoolOptions {
  readonly clock: Clock;
  start(
    launch: ProcessLaunch,
    port: number,
    output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void,
  ): EngineRuntime;
}

interface Kind {
  readonly launch: ProcessLaunch;
  /** Up and waiting for an assignment. */
  readonly ready: AheadRuntime[];
  starting: number;
  refill: Timer | undefined;
  unused: Timer | undefined;
}

export class RuntimePool {
  readonly #options: RuntimePoolOptions;
  readonly #kinds = new Map<string, Kind>();
  /** Everything that was started and belongs to no environment. */
  readonly #unassigned = new Set<AheadRuntime>();
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(options: RuntimePoolOptions) {
    this.#options = options;
  }

  /** Runtimes that are up and wait for a function. */
  get size(): number {
    let size = 0;
    for (const kind of this.#kinds.values()) size += kind.ready.length;
    return size;
  }

  /** A runtime of this kind, if one is up. Another one is started when things are quiet. */
  take(launch: ProcessLaunch): AheadRuntime | undefined {
    const kind = this.#kind(launch);
    this.#refillLater(kind);
    const ahead = kind.ready.shift();
    if (ahead) this.#unassigned.delete(ahead);
    return ahead;
  }

  /** A runtime of this kind will be needed soon. */
  warm(launch: ProcessLaunch): void {
    this.#refillLater(this.#kind(launch));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const kind of this.#kinds.values()) this.#giveUp(kind);
    for (const ahead of this.#unassigned) this.#end(ahead);
    await Promise.all(this.#ending);
  }

  #kind(launch: ProcessLaunch): Kind {
    const key = [launch.command, ...launch.args].join('\0');
    let kind = this.#kinds.get(key);
    if (!kind) {
      kind = { launch, ready: [], starting: 0, refill: undefined, unused: undefined };
      this.#kinds.set(key, kind);
    }
    const used = kind;
    used.unused?.cancel();
    used.unused = this.#options.clock.afterWall(UNUSED_MS, () => this.#giveUp(used));
    return used;
  }

  #refillLater(kind: Kind): void {
    kind.refill?.cancel();
    kind.refill = this.#options.clock.afterWall(QUIET_MS, () => {
      if (!this.#closed && kind.ready.length + kind.starting < SIZE) void this.#startOne(kind);
    });
  }

  async #startOne(kind: Kind): Promise<void> {
    kind.starting += 1;
    const api = new RuntimeApi();
    let output = (_chunk: Buffer, _stream: 'stdout' | 'stderr'): void => undefined;
    const port = await api.listen({ address: '127.0.0.1' });
    const runtime = this.#options.start(kind.launch, port, (chunk, stream) => output(chunk, stream));
    const ahead: AheadRuntime = { api, runtime, setOutput: next => (output = next) };
    this.#unassigned.add(ahead);
    const gone = runtime.exited.then(() => {
      const index = kind.ready.indexOf(ahead);
      if (index >= 0) kind.ready.splice(index, 1);
      this.#end(ahead);
    });
    await Promise.race([new Promise<void>(resolve => api.whenConnected(resolve)), gone]);
    kind.starting -= 1;
    if (this.#closed) this.#end(ahead);
    else if (this.#unassigned.has(ahead)) kind.ready.push(ahead);
  }

  #giveUp(kind: Kind): void {
    kind.refill?.cancel();
    kind.unused?.cancel();
    for (const ahead of kind.ready.splice(0)) this.#end(ahead);
  }

  #end(ahead: AheadRuntime): void {
    if (!this.#unassigned.delete(ahead)) return;
    const ending = (async () => {
      ahead.runtime.signal('SIGKILL');
      await ahead.runtime.exited;
      await ahead.runtime.dispose();
      ahead.api.close();
    })();
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }
}
