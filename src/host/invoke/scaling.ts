/** How functions scale: the account's limits, who gets in, and what a change of a function does to what is there for it. */
import type { EngineName } from '../../protocol/model.ts';
import type { Clock } from '../clock.ts';
import type { Environments } from '../environments/environment.ts';
import { followConcurrencyLimits, type ConcurrencyLimits } from '../functions/concurrency.ts';
import type { FunctionStore } from '../functions/functionStore.ts';
import { createConcurrencyGate, type ConcurrencyGate } from './concurrencyGate.ts';
import { createEnvironmentPools, type EnvironmentPools } from './environmentPools.ts';
import { environmentSpec } from './environmentSpec.ts';
import type { Metrics } from './metricStore.ts';
import { createProvisioner, type Provisioner } from './provisioner.ts';
import type { Throttle } from './recentThrottles.ts';

/** Concurrent executions of an account, unless it is told otherwise (spec/lambda-service.md §6). */
export const ACCOUNT_CONCURRENCY = 1_000;
/** Service time after which an environment that nobody uses is stopped. */
const IDLE_MS = 10 * 60_000;
/** Wall time that a request waits for an environment that has just answered; a container's log takes a little longer. */
const PATIENCE_MS: Readonly<Record<EngineName, number>> = { process: 5, sandbox: 5, docker: 100 };

export interface ScalingOptions {
  readonly clock: Clock;
  readonly functions: FunctionStore;
  readonly environments: Pick<Environments, 'create'>;
  readonly metrics: Metrics;
  /** Concurrent executions of the account. */
  readonly accountLimit: number;
  /** Environments that may run at once on this machine. */
  readonly maxEnvironments: number;
  readonly region: string;
  readonly accountId: string;
  /** Hears of each invocation that is refused. */
  readonly throttled: (throttle: Throttle, now: number) => void;
}

export interface Scaling {
  readonly pools: EnvironmentPools;
  readonly gate: ConcurrencyGate;
  readonly limits: () => ConcurrencyLimits;
  readonly provisioner: Provisioner;
  /** Ends all environments. */
  close(): Promise<void>;
}

export function createScaling(options: ScalingOptions): Scaling {
  const { clock, functions, metrics, accountLimit, maxEnvironments } = options;
  const pools = createEnvironmentPools({
    environments: options.environments,
    maxEnvironments,
    afterIdle: ({ spec }, run) =>
      clock.afterService(IDLE_MS, run, () => `an idle environment of ${spec.functionName} ends`),
    lost: key => provisioner.lost(key),
    afterPatience: ({ summary }, run) => clock.afterWall(PATIENCE_MS[summary.engine], run),
  });
  const limits = followConcurrencyLimits(functions, accountLimit);
  const provisioner = createProvisioner({
    clock,
    functions,
    pools,
    // The other half stays for everybody else.
    most: Math.max(1, Math.floor(maxEnvironments / 2)),
    spec: record => environmentSpec(options, record, { initType: 'provisioned-concurrency' }),
  });
  const gate = createConcurrencyGate({
    limits,
    allocated: (name, qualifier) => provisioner.allocated(name, qualifier),
    accountLimit,
    idleMs: IDLE_MS,
    clock,
    metrics,
    throttled: options.throttled,
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
  return {
    pools,
    gate,
    limits,
    provisioner,
    close() {
      provisioner.close();
      return pools.close();
    },
  };
}
