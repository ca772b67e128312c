/**
 * Runtimes that were started ahead and belong to no function yet: what makes a cold start short. Each has its listener,
 * waits for an assignment, and serves one environment only (DESIGN.md, Execution environments).
 */
import type { Socket } from 'node:net';
import type { ProcessLaunch } from '../../../runtimes/processLaunch.ts';
import { withinWall, type Clock, type Timer } from '../../../clock.ts';
import type { EngineRuntime } from '../../engine.ts';
import { RuntimeApi } from '../../runtimeApi/runtimeApi.ts';

/** Runtimes that were started ahead of one kind; more would cost memory that nobody asked for. */
const SIZE = 1;
/** A refill waits until this long nothing was started: a cold start must not share its cores with it. */
const QUIET_MS = 150;
/** A kind that nobody uses for this long is given up. */
const UNUSED_MS = 10 * 60_000;
/** A runtime that has not come up by then never will. */
const UP_LIMIT_MS = 30_000;
/** What was killed and has not ended by then is left to the next start's sweep. */
const END_LIMIT_MS = 2000;

export interface AheadRuntime<R extends EngineRuntime = EngineRuntime> {
  readonly api: RuntimeApi;
  readonly runtime: R;
  /** Output goes here from now on. */
  setOutput(output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void): void;
}

export interface RuntimePoolOptions<R extends EngineRuntime> {
  readonly clock: Clock;
  /** Throws or rejects where it can't be started: a full disk, no more processes. */
  start(
    launch: ProcessLaunch,
    port: number,
    output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void,
    connect: (connection: Socket) => void,
  ): R | Promise<R>;
}

interface Kind<R extends EngineRuntime> {
  readonly launch: ProcessLaunch;
  /** Up and waiting for an assignment. */
  readonly ready: AheadRuntime<R>[];
  starting: number;
  refill: Timer | undefined;
  unused: Timer | undefined;
}

export class RuntimePool<R extends EngineRuntime = EngineRuntime> {
  readonly #options: RuntimePoolOptions<R>;
  readonly #kinds = new Map<string, Kind<R>>();
  /** Everything that was started and belongs to no environment. */
  readonly #unassigned = new Set<AheadRuntime<R>>();
  /** Starts that have not come back: what they bring is ended with everything else. */
  readonly #starts = new Set<Promise<R>>();
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(options: RuntimePoolOptions<R>) {
    this.#options = options;
  }

  /** Runtimes that are up and wait for a function. */
  get size(): number {
    let size = 0;
    for (const kind of this.#kinds.values()) size += kind.ready.length;
    return size;
  }

  /** A runtime of this kind, if one is up. Another one is started when things are quiet. */
  take(launch: ProcessLaunch): AheadRuntime<R> | undefined {
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
    await Promise.allSettled(this.#starts);
    await Promise.all(this.#ending);
  }

  #kind(launch: ProcessLaunch): Kind<R> {
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

  #refillLater(kind: Kind<R>): void {
    kind.refill?.cancel();
    kind.refill = this.#options.clock.afterWall(QUIET_MS, () => {
      if (!this.#closed && kind.ready.length + kind.starting < SIZE) void this.#startOne(kind);
    });
  }

  /** Never rejects: what is wrong is said where a function needs a runtime, and the next one that does tries again. */
  async #startOne(kind: Kind<R>): Promise<void> {
    kind.starting += 1;
    const api = new RuntimeApi();
    try {
      const ahead = await this.#started(kind, api);
      if (this.#closed) this.#end(ahead);
      else if (this.#unassigned.has(ahead)) kind.ready.push(ahead);
    } catch {
      api.close();
    } finally {
      kind.starting -= 1;
    }
  }

  /** Read anew each time: it changes while a start waits. */
  #isClosed(): boolean {
    return this.#closed;
  }

  /** Resolves when it is up, or has ended. */
  async #started(kind: Kind<R>, api: RuntimeApi): Promise<AheadRuntime<R>> {
    let output = (_chunk: Buffer, _stream: 'stdout' | 'stderr'): void => undefined;
    const port = await api.listen({ address: '127.0.0.1' });
    if (this.#isClosed()) throw new Error('The host is stopping.');
    const start = Promise.resolve(
      this.#options.start(
        kind.launch,
        port,
        (chunk, stream) => output(chunk, stream),
        connection => api.connect(connection),
      ),
    );
    this.#starts.add(start);
    const runtime = await start.finally(() => this.#starts.delete(start));
    const ahead: AheadRuntime<R> = { api, runtime, setOutput: next => (output = next) };
    this.#unassigned.add(ahead);
    if (this.#isClosed()) this.#end(ahead);
    const gone = runtime.exited.then(() => {
      const index = kind.ready.indexOf(ahead);
      if (index >= 0) kind.ready.splice(index, 1);
      this.#end(ahead);
      return true;
    });
    const up = new Promise<true>(resolve => api.whenConnected(() => resolve(true)));
    const inTime = await withinWall(this.#options.clock, UP_LIMIT_MS, Promise.race([up, gone]));
    if (inTime === undefined) this.#end(ahead);
    return ahead;
  }

  #giveUp(kind: Kind<R>): void {
    kind.refill?.cancel();
    kind.unused?.cancel();
    for (const ahead of kind.ready.splice(0)) this.#end(ahead);
  }

  #end(ahead: AheadRuntime<R>): void {
    if (!this.#unassigned.delete(ahead)) return;
    const ending = this.#ended(ahead).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  async #ended({ api, runtime }: AheadRuntime<R>): Promise<void> {
    runtime.signal('SIGKILL');
    await withinWall(this.#options.clock, END_LIMIT_MS, runtime.exited);
    // What can't be looked for or noted now is the next start's to sweep.
    await runtime.dispose().catch(() => undefined);
    api.close();
  }
}
