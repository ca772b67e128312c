/** How functions scale: the account's limits, who gets in, and what a change of a function does to what is there for it. */
import type { Clock } from '../clock.ts';
import { followConcurrencyLimits, type ConcurrencyLimits } from '../functions/concurrency.ts';
import type { FunctionStore } from '../functions/functionStore.ts';
import { createConcurrencyGate, type ConcurrencyGate } from './concurrencyGate.ts';
import type { EnvironmentPools } from './environmentPools.ts';
import type { Metrics } from './metricStore.ts';

export interface ScalingOptions {
  readonly clock: Clock;
  readonly functions: FunctionStore;
  readonly pools: Pick<EnvironmentPools, 'drain'>;
  readonly metrics: Metrics;
  /** Concurrent executions of the account. */
  readonly accountLimit: number;
  /** Service time after which an idle environment ends. */
  readonly idleMs: number;
}

export interface Scaling {
  readonly gate: ConcurrencyGate;
  readonly limits: () => ConcurrencyLimits;
}

export function createScaling(options: ScalingOptions): Scaling {
  const { clock, functions, pools, metrics, accountLimit, idleMs } = options;
  const limits = followConcurrencyLimits(functions, accountLimit);
  const gate = createConcurrencyGate({
    limits,
    allocated: (name, qualifier) => limits().provisioned.get(name)?.get(qualifier) ?? 0,
    accountLimit,
    idleMs,
    clock,
    metrics,
  });
  functions.onChange((name, kind, qualifier) => {
    // What runs of one version goes on while another one changes.
    if (kind === 'code' || kind === 'configuration' || kind === 'versionDeleted') {
      pools.drain(name, qualifier);
      gate.forgetIdle(name, qualifier);
    }
    if (kind === 'deleted') {
      pools.drain(name);
      gate.forget(name);
    }
  });
  return { gate, limits };
}
