/** How functions scale: the account's limits, who gets in, and what a change of a function does to what is there for it. */
import type { Clock } from '../clock.ts';
import { followConcurrencyLimits, type ConcurrencyLimits } from '../functions/concurrency.ts';
import type { FunctionStore } from '../functions/functionStore.ts';
import { createConcurrencyGate, type ConcurrencyGate } from './concurrencyGate.ts';
import type { EnvironmentPools } from './environmentPools.ts';
import { environmentSpec } from './environmentSpec.ts';
import type { Metrics } from './metricStore.ts';
import { createProvisioner, type Provisioner } from './provisioner.ts';

/** Concurrent executions of an account, unless it is told otherwise (spec/lambda-service.md §6). */
export const ACCOUNT_CONCURRENCY = 1_000;
/** Service time after which an environment that nobody uses is stopped. */
export const IDLE_MS = 10 * 60_000;

export interface ScalingOptions {
  readonly clock: Clock;
  readonly functions: FunctionStore;
  readonly pools: Pick<EnvironmentPools, 'drain' | 'keep'>;
  readonly metrics: Metrics;
  /** Concurrent executions of the account. */
  readonly accountLimit: number;
  /** Service time after which an idle environment ends. */
  readonly idleMs: number;
  /** Environments that may run at once on this machine. */
  readonly maxEnvironments: number;
  readonly region: string;
  readonly accountId: string;
}

export interface Scaling {
  readonly gate: ConcurrencyGate;
  readonly limits: () => ConcurrencyLimits;
  readonly provisioner: Provisioner;
}

export function createScaling(options: ScalingOptions): Scaling {
  const { clock, functions, pools, metrics, accountLimit, idleMs } = options;
  const limits = followConcurrencyLimits(functions, accountLimit);
  const provisioner = createProvisioner({
    clock,
    functions,
    pools,
    // The other half stays for everybody else.
    most: Math.max(1, Math.floor(options.maxEnvironments / 2)),
    spec: record => environmentSpec(options, record, { initType: 'provisioned-concurrency' }),
  });
  const gate = createConcurrencyGate({
    limits,
    allocated: (name, qualifier) => provisioner.allocated(name, qualifier),
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
  return { gate, limits, provisioner };
}
