/**
 * The environments of every function version: which are idle, which may be used, and how many may run on this machine.
 *
 * A request that finds no idle environment of its version gets a new one and is bound to it, as on AWS. The machine has
 * fewer cores than an account has environments: above the local cap the least recently used idle environment of another
 * version makes room, and where none is idle the request waits for one; Lambda's own answers never change by that.
 */
import type { Environment, Environments, EnvironmentSpec } from '../environments/environment.ts';
import { concurrencyExceeded, hostStops } from './errors.ts';
import { NestedCalls, type NestedCall } from './nestedCalls.ts';
import { keyOf, type PoolKey } from './poolKey.ts';
import { StartReasons } from './startReasons.ts';

export interface EnvironmentPools {
  /**
   * An environment for one event, initialised; resolves at once for a warm one. Give it back by {@link release}. Rejects
   * as {@link Environment.init} does, with what `spec` rejects with, and when the host stops.
   *
   * `caller`: id of the environment whose handler waits for the answer. Where nobody but such handlers runs, and each
   * waits for room, there will never be any: one more environment than the cap allows starts then, up to twice as many;
   * above that the answer is AWS's for too many at once.
   *
   * `lost`: the idle environments of the key are lost, one that is settling too, and a new one starts.
   */
  acquire(
    key: PoolKey,
    spec: () => Promise<EnvironmentSpec>,
    caller?: string,
    lost?: boolean,
  ): Promise<Environment>;
  /** The caller has its answer; the environment will be released in a moment, when its runtime asks for the next event. */
  answered(environment: Environment): void;
  /** The phase has ended: the environment can be used again, or ends where it is of older code. */
  release(environment: Environment): void;
  /**
   * Initialises environments of the key ahead, until there are `count`, and keeps that many: they don't end for being
   * idle, and only where nothing else could make room. More than `count`, also 0, are as those of any other key, but that
   * idle ones end at once. Resolves with those that were started when they have been initialised; rejects as
   * {@link acquire} does, and the others may be used all the same.
   */
  keep(key: PoolKey, count: number, spec: () => Promise<EnvironmentSpec>): Promise<readonly Environment[]>;
  /** After {@link keep}: environments of the key end, busy ones when they have done. */
  letGo(key: PoolKey): void;
  /** Ends idle environments of the version, or of all, and lets busy ones finish; new requests get new ones. */
  drain(functionName: string, version?: string): void;
  /** Ends all environments of a debug session, busy ones too: one that is stopped at a breakpoint would never finish. */
  endDebugged(debugId: string): void;
  /** Environments end by themselves too (crash, stop). */
  forget(environmentId: string): void;
  /** Requests that wait for room on this machine. */
  readonly waiting: number;
  close(): Promise<void>;
}

interface Pooled {
  readonly environment: Environment;
  readonly key: string;
  readonly functionName: string;
  readonly version: string;
  readonly debugId: string | undefined;
  readonly generation: number;
  /** It ends to make room for others. */
  isEvicted: boolean;
  idle: boolean;
  /** It has answered and was not released yet. */
  settling: boolean;
  /** Takes it over as soon as it is released; `undefined` tells a waiter that it will not be. */
  claim: ((pooled: Pooled | undefined) => void) | undefined;
  /** What it serves for the handler of another environment. */
  call: NestedCall | undefined;
  /** Stops an environment that nobody used for a while. */
  idleTimer: { cancel(): void } | undefined;
}

export interface PoolOptions {
  readonly environments: Pick<Environments, 'create'>;
  /** Environments that may run at once on this machine. */
  readonly maxEnvironments: number;
  /** Service time: calls back after the idle time of an environment. `run` resolves when it has ended. */
  afterIdle(environment: Environment, run: () => Promise<void>): { cancel(): void };
  /**
   * Calls back after as much wall time as a request may wait for an environment like this one, which has just answered:
   * the caller of one invocation after the other then never starts a second one.
   */
  afterPatience(environment: Environment, run: () => void): { cancel(): void };
  /** There are fewer of a key than should be kept: one crashed, or its function has changed. */
  lost?(key: PoolKey): void;
}

export function createEnvironmentPools(options: PoolOptions): EnvironmentPools {
  /** All environments by id, in order of last use: the first idle one is the least recently used. */
  const all = new Map<string, Pooled>();
  const idle = new Map<string, Pooled[]>();
  /** How often a function, or one of its versions, was drained. */
  const generations = new Map<string, number>();
  /** What is kept, by key. */
  const kept = new Map<string, { readonly key: PoolKey; readonly count: number }>();
  const waiters: { readonly mayEndKept: boolean; readonly resume: () => void }[] = [];
  const nested = new NestedCalls();
  const reasons = new StartReasons();
  let starting = 0;
  let closed = false;

  const generationOf = (functionName: string, version: string): number =>
    (generations.get(functionName) ?? 0) + (generations.get(`${functionName}\n${version}`) ?? 0);

  function takeIdle(key: string): Pooled | undefined {
    const list = idle.get(key);
    // The most recently used first, so that surplus environments grow old and end.
    const pooled = list?.pop();
    if (!pooled) return undefined;
    pooled.idle = false;
    pooled.idleTimer?.cancel();
    used(pooled);
    return pooled;
  }

  function used(pooled: Pooled): void {
    all.delete(pooled.environment.id);
    all.set(pooled.environment.id, pooled);
  }

  /** An environment of this key that has just answered, when it is released; undefined where none will be soon. */
  function settled(key: string): Promise<Pooled | undefined> | undefined {
    for (const pooled of all.values()) {
      if (pooled.key !== key || !pooled.settling || pooled.claim) continue;
      return new Promise(resolve => {
        const timer = options.afterPatience(pooled.environment, () => pooled.claim?.(undefined));
        pooled.claim = given => {
          timer.cancel();
          pooled.claim = undefined;
          resolve(given);
        };
      });
    }
    return undefined;
  }

  function give(pooled: Pooled, call: NestedCall | undefined): void {
    pooled.call = call;
    if (call) call.servedBy = pooled.environment.id;
  }

  function endCall(pooled: Pooled): void {
    if (pooled.call) nested.end(pooled.call);
    pooled.call = undefined;
  }

  function remove(pooled: Pooled): void {
    endCall(pooled);
    pooled.idleTimer?.cancel();
    pooled.claim?.(undefined);
    if (!all.delete(pooled.environment.id)) return;
    const list = idle.get(pooled.key);
    const index = list?.indexOf(pooled) ?? -1;
    if (list && index >= 0) list.splice(index, 1);
    if (list?.length === 0) idle.delete(pooled.key);
    wake();
    const wanted = kept.get(pooled.key);
    if (wanted && !pooled.isEvicted && !closed && present(pooled.key) < wanted.count)
      options.lost?.(wanted.key);
  }

  function present(key: string): number {
    let count = 0;
    for (const pooled of all.values()) if (pooled.key === key && !pooled.environment.ended) count++;
    return count;
  }

  /** Its provisioned concurrency is gone; or it would be initialised within the next event, after a crash or a timeout. */
  function isUseless({ environment, key }: Pooled): boolean {
    if (environment.spec.initType !== 'provisioned-concurrency') return false;
    const { pid, containerId } = environment.summary;
    return !kept.has(key) || (pid === undefined && containerId === undefined);
  }

  /** Forgets it and ends it; the room is free when its processes are gone. */
  function end(pooled: Pooled): Promise<void> {
    pooled.idle = false;
    const list = idle.get(pooled.key);
    const index = list?.indexOf(pooled) ?? -1;
    if (list && index >= 0) list.splice(index, 1);
    pooled.idleTimer?.cancel();
    return pooled.environment.stop('spindown').then(() => remove(pooled));
  }

  /** One of those that wait, the first that can do anything with what there is now. */
  function wake(): void {
    if (waiters.length === 0) return;
    const isForAll = !full() || [...all.values()].some(pooled => pooled.idle && !isKept(pooled));
    const index = isForAll ? 0 : waiters.findIndex(({ mayEndKept }) => mayEndKept);
    if (index >= 0) waiters.splice(index, 1)[0]?.resume();
  }

  const full = (): boolean => all.size + starting >= options.maxEnvironments;

  /** Asks for room and waits until something changed: an environment became idle, or ended. */
  async function waitForRoom(call: NestedCall | undefined, mayEndKept = true): Promise<void> {
    const unused = [...all.values()].filter(pooled => pooled.idle);
    const oldest = unused.find(pooled => !isKept(pooled)) ?? (mayEndKept ? unused[0] : undefined);
    if (oldest) {
      oldest.isEvicted = true;
      void end(oldest);
    }
    if (call) call.waiting = true;
    await new Promise<void>(resume => waiters.push({ mayEndKept, resume }));
    if (call) call.waiting = false;
  }

  /** Every environment waits, by its handler's call, for room: one of those calls has to be served without. */
  function isDeadlock(call: NestedCall): boolean {
    if (starting > 0) return false;
    call.waiting = true;
    const isStuck = ({ environment, idle, settling }: Pooled): boolean =>
      !idle && !settling && !environment.ended && nested.isStuck(environment.id);
    const allAreStuck = [...all.values()].every(isStuck);
    call.waiting = false;
    return allAreStuck;
  }

  /** An environment of this key that is there, or will be in a moment; undefined where {@link start} may make one: its room is taken. */
  async function reserve(id: string, call?: NestedCall, lost = false): Promise<Pooled | undefined> {
    let patient = true;
    for (;;) {
      if (closed) throw hostStops();
      const pooled = takeIdle(id);
      if (pooled) {
        if (pooled.environment.ended) remove(pooled);
        else if (lost) await end(pooled);
        else return pooled;
        continue;
      }
      const settling = patient ? settled(id) : undefined;
      if (settling) {
        patient = false;
        const given = await settling;
        if (!given) continue;
        // It answered, and then it crashed: it was released as it ended.
        if (given.environment.ended) remove(given);
        else if (lost) await end(given);
        else return given;
      } else if (full() && !(call && isDeadlock(call))) {
        await waitForRoom(call);
      } else {
        // A recursion without end is one deadlock after the other.
        if (all.size >= 2 * options.maxEnvironments) throw concurrencyExceeded();
        starting++;
        return undefined;
      }
    }
  }

  async function start(
    key: PoolKey,
    spec: () => Promise<EnvironmentSpec>,
    call: NestedCall | undefined,
    isAhead = false,
  ): Promise<Environment> {
    let pooled: Pooled;
    const { functionName, version, debugId } = key;
    const generation = generationOf(functionName, version);
    const { reason: startReason, created } = reasons.begin(key, generation, all.values(), isAhead);
    try {
      const environment = options.environments.create({ ...(await spec()), startReason });
      pooled = {
        ...{ environment, key: keyOf(key), functionName, version, debugId, generation },
        ...{ isEvicted: false, idle: false, settling: false },
        ...{ claim: undefined, call: undefined, idleTimer: undefined },
      };
      give(pooled, call);
      all.set(environment.id, pooled);
    } catch (error) {
      starting--;
      wake();
      throw error;
    } finally {
      created();
    }
    starting--;
    try {
      await pooled.environment.init();
    } catch (error) {
      remove(pooled);
      throw error;
    }
    return pooled.environment;
  }

  function isKept({ key }: Pooled): boolean {
    const wanted = kept.get(key);
    return wanted !== undefined && present(key) <= wanted.count;
  }

  function growOld(pooled: Pooled): void {
    pooled.idleTimer = options.afterIdle(pooled.environment, async () => {
      if (pooled.idle) await end(pooled);
    });
  }

  function release(environment: Environment): void {
    const pooled = all.get(environment.id);
    if (!pooled) return;
    pooled.settling = false;
    endCall(pooled);
    if (environment.ended) {
      remove(pooled);
    } else if (closed || pooled.generation !== generationOf(pooled.functionName, pooled.version)) {
      pooled.claim?.(undefined);
      void end(pooled);
    } else if (pooled.claim) {
      used(pooled);
      pooled.claim(pooled);
    } else if (isUseless(pooled)) {
      void end(pooled);
    } else {
      pooled.idle = true;
      const list = idle.get(pooled.key);
      if (list) list.push(pooled);
      else idle.set(pooled.key, [pooled]);
      if (!isKept(pooled)) growOld(pooled);
      wake();
    }
  }

  /** One more environment of a key that is kept, as soon as there is room; idle when it has been initialised. */
  async function startKept(key: PoolKey, spec: () => Promise<EnvironmentSpec>): Promise<Environment> {
    while (full() && !closed) await waitForRoom(undefined, false);
    if (closed) throw hostStops();
    starting++;
    const environment = await start(key, spec, undefined, true);
    release(environment);
    return environment;
  }

  return {
    get waiting() {
      return waiters.length;
    },
    async acquire(key, spec, caller, lost = false) {
      const call = caller === undefined ? undefined : nested.begin(caller);
      try {
        const pooled = await reserve(keyOf(key), call, lost);
        if (!pooled) return await start(key, spec, call);
        give(pooled, call);
        return pooled.environment;
      } catch (error) {
        if (call) nested.end(call);
        throw error;
      }
    },
    answered(environment) {
      const pooled = all.get(environment.id);
      if (!pooled || pooled.idle) return;
      pooled.settling = true;
      endCall(pooled);
    },
    release,
    async keep(key, count, spec) {
      const id = keyOf(key);
      kept.set(id, { key, count });
      const idleOnes = [...(idle.get(id) ?? [])];
      while (present(id) > count && idleOnes.length > 0) {
        const surplus = idleOnes.pop();
        if (surplus) void end(surplus);
      }
      for (const pooled of idleOnes) pooled.idleTimer?.cancel();
      const missing = Math.max(0, count - present(id));
      return Promise.all(Array.from({ length: missing }, () => startKept(key, spec)));
    },
    letGo(key) {
      kept.delete(keyOf(key));
      for (const pooled of [...(idle.get(keyOf(key)) ?? [])]) void end(pooled);
    },
    drain(functionName, version) {
      const drained = version === undefined ? functionName : `${functionName}\n${version}`;
      generations.set(drained, (generations.get(drained) ?? 0) + 1);
      for (const pooled of [...all.values()]) {
        const isMeant =
          pooled.functionName === functionName && (version === undefined || pooled.version === version);
        if (isMeant && pooled.idle) void end(pooled);
      }
    },
    endDebugged(debugId) {
      for (const pooled of [...all.values()]) if (pooled.debugId === debugId) void end(pooled);
    },
    forget(environmentId) {
      const pooled = all.get(environmentId);
      if (pooled) remove(pooled);
    },
    async close() {
      closed = true;
      for (const { resume } of waiters.splice(0)) resume();
      await Promise.all([...all.values()].map(pooled => pooled.environment.stop('spindown')));
    },
  };
}
