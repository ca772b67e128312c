/**
 * Provisioned concurrency: environments that are initialised ahead, kept, and replaced when they crash, when their alias
 * moves to another version, and when the amount changes (spec/lambda-service.md §6, Provisioned).
 *
 * This machine bears fewer of them than an account: beyond its share they count as allocated, and are started by the
 * first event that needs one; Lambda's answers are the same.
 */
import type { Clock, Timer } from '../clock.ts';
import { provisionedConcurrency } from '../functions/concurrency.ts';
import type { FunctionStore } from '../functions/functionStore.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { EnvironmentPools } from './environmentPools.ts';
import type { PoolKey } from './poolKey.ts';

/** How far the allocation of a version's or alias's provisioned concurrency is. */
export interface Allocation {
  readonly status: 'IN_PROGRESS' | 'READY' | 'FAILED';
  readonly allocated: number;
  readonly statusReason?: string;
}

export interface Provisioner {
  /** Ready for invocations; 0 before, and where nothing is provisioned. */
  allocated(functionName: string, qualifier: string): number;
  allocation(functionName: string, qualifier: string): Allocation;
  /** Some of what is kept is gone. */
  lost(key: PoolKey): void;
  /** Begins with what is stored; before this nothing is initialised. */
  start(): void;
  close(): void;
}

export interface ProvisionerOptions {
  readonly clock: Pick<Clock, 'afterWall' | 'occupy'>;
  readonly functions: Pick<FunctionStore, 'get' | 'aliases' | 'settings' | 'onChange'>;
  readonly pools: Pick<EnvironmentPools, 'keep' | 'letGo'>;
  /** Environments that this machine initialises ahead at most, of all functions. */
  readonly most: number;
  spec(record: FunctionRecord): Promise<EnvironmentSpec>;
}

interface Target {
  readonly functionName: string;
  readonly qualifier: string;
  readonly requested: number;
  /** What its environments are of, and how many of each; in words, for comparing. */
  readonly versions: ReadonlyMap<string, number>;
  readonly identity: string;
  /** Environments of it that are kept on this machine, by version. */
  kept: ReadonlyMap<string, number>;
  status: Allocation['status'];
  allocated: number;
  statusReason: string | undefined;
  /** Losses within a minute, one after the other. */
  setbacks: number;
  refill: Timer | undefined;
  /** Nothing was lost for a while. */
  calm: Timer | undefined;
}

/** AWS's reason for an init that fails. */
const INIT_FAILED = 'FUNCTION_ERROR_INIT_FAILURE';
const LONGEST_BACKOFF_MS = 60_000;

export function createProvisioner(options: ProvisionerOptions): Provisioner {
  const { clock, functions, pools } = options;
  const stored = provisionedConcurrency(functions.settings);
  const targets = new Map<string, Target>();
  let isRunning = false;

  const keyOf = (functionName: string, qualifier: string): string => `${functionName}\n${qualifier}`;

  const poolKey = ({ functionName, qualifier }: Target, version: string): PoolKey => ({
    functionName,
    version,
    provisioned: qualifier,
  });

  /** An alias of two versions has environments of both, by its weights. */
  function versionsOf(functionName: string, qualifier: string, requested: number): Map<string, number> {
    const alias = functions.aliases.get(functionName, qualifier);
    if (alias === undefined) return new Map([[qualifier, requested]]);
    const additional = Math.round(requested * (alias.additional?.weight ?? 0));
    return new Map([
      [alias.version, requested - additional],
      ...(alias.additional === undefined ? [] : [[alias.additional.version, additional] as const]),
    ]);
  }

  /** Brings what is kept of a function to what is stored now; `asked`: the qualifier for which it has just been stored. */
  function follow(functionName: string, asked?: string): void {
    if (!isRunning) return;
    const wanted = new Map(
      functions.get(functionName) === undefined
        ? []
        : stored.list(functionName).map(({ qualifier, value }) => [qualifier, value.requested]),
    );
    for (const target of targets.values()) {
      if (target.functionName === functionName && !wanted.has(target.qualifier)) release(target);
    }
    for (const [qualifier, requested] of wanted) {
      const versions = versionsOf(functionName, qualifier, requested);
      const states = [...versions.keys()].map(version => functions.get(functionName, version)?.state);
      const identity = JSON.stringify([[...versions], states]);
      const before = targets.get(keyOf(functionName, qualifier));
      // The same once more is another try where the one before has failed.
      const isRetried = qualifier === asked && before?.status === 'FAILED';
      if (before?.identity === identity && !isRetried) continue;
      const isSameCode =
        before !== undefined && [...before.versions.keys()].join() === [...versions.keys()].join();
      const target: Target = {
        functionName,
        qualifier,
        requested,
        versions,
        identity,
        kept: isSameCode ? before.kept : new Map(),
        status: 'IN_PROGRESS',
        allocated: isSameCode ? Math.min(before.allocated, requested) : 0,
        statusReason: undefined,
        setbacks: 0,
        refill: undefined,
        calm: undefined,
      };
      if (before) {
        stopTimers(before);
        if (!isSameCode) release(before);
      }
      targets.set(keyOf(functionName, qualifier), target);
      if (states.every(state => state === 'Active')) fill(target);
    }
  }

  function release(target: Target): void {
    stopTimers(target);
    targets.delete(keyOf(target.functionName, target.qualifier));
    for (const version of target.kept.keys()) pools.letGo(poolKey(target, version));
    target.kept = new Map();
  }

  const isCurrent = (target: Target): boolean =>
    targets.get(keyOf(target.functionName, target.qualifier)) === target;

  /** What is left of this machine's share for this target. */
  function roomFor(target: Target): number {
    let others = 0;
    for (const one of targets.values()) {
      if (one !== target) for (const count of one.kept.values()) others += count;
    }
    return Math.max(0, options.most - others);
  }

  function fill(target: Target): void {
    const work = keepAll(target).then(
      failed => {
        if (isCurrent(target)) settle(target, failed ? INIT_FAILED : undefined);
      },
      (error: unknown) => {
        if (isCurrent(target)) settle(target, error instanceof Error ? error.message : String(error));
      },
    );
    clock.occupy(work);
  }

  /** Resolves with whether an init failed. */
  async function keepAll(target: Target): Promise<boolean> {
    let room = roomFor(target);
    const kept = new Map<string, number>();
    for (const [version, count] of target.versions) {
      kept.set(version, Math.min(count, room));
      room -= Math.min(count, room);
    }
    target.kept = kept;
    const started = await Promise.all(
      [...kept].map(async ([version, count]) =>
        pools.keep(poolKey(target, version), count, async () => {
          const record = functions.get(target.functionName, version);
          if (record === undefined) throw new Error(`${target.functionName}:${version} is gone.`);
          return options.spec(record);
        }),
      ),
    );
    // Known of environments that were initialised only.
    return started.flat().some(({ summary }) => summary.initMs === undefined);
  }

  function settle(target: Target, reason: string | undefined): void {
    if (reason === undefined) {
      target.status = 'READY';
      target.allocated = target.requested;
      target.statusReason = undefined;
      return;
    }
    target.status = 'FAILED';
    target.allocated = 0;
    target.statusReason = reason;
    for (const version of target.kept.keys()) pools.letGo(poolKey(target, version));
    target.kept = new Map();
  }

  return {
    allocated: (functionName, qualifier) => targets.get(keyOf(functionName, qualifier))?.allocated ?? 0,
    allocation(functionName, qualifier) {
      const target = targets.get(keyOf(functionName, qualifier));
      if (target === undefined) return { status: 'IN_PROGRESS', allocated: 0 };
      const { status, allocated, statusReason } = target;
      return { status, allocated, ...(statusReason === undefined ? {} : { statusReason }) };
    },
    lost({ functionName, provisioned = '' }) {
      const target = targets.get(keyOf(functionName, provisioned));
      if (target?.status !== 'READY' || target.refill !== undefined) return;
      // One that always crashes must not keep the machine busy.
      const ms = target.setbacks === 0 ? 0 : Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** target.setbacks);
      target.setbacks++;
      stopTimers(target);
      target.refill = clock.afterWall(ms, () => {
        target.refill = undefined;
        fill(target);
        target.calm = clock.afterWall(LONGEST_BACKOFF_MS, () => (target.setbacks = 0));
      });
    },
    start() {
      isRunning = true;
      functions.settings.onChange((kind, { functionName, qualifier }) => {
        if (kind === 'provisioned-concurrency') follow(functionName, qualifier);
      });
      functions.onChange(name => follow(name));
      for (const name of new Set(stored.list().map(({ functionName }) => functionName))) follow(name);
    },
    close() {
      isRunning = false;
      for (const target of targets.values()) stopTimers(target);
    },
  };
}

function stopTimers(target: Target): void {
  target.refill?.cancel();
  target.refill = undefined;
  target.calm?.cancel();
}
