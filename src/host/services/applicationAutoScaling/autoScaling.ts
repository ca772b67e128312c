/** Application Auto Scaling as main composes it: what is stored, the service that changes it, and the scaler that acts on it. */
import type { Clock } from '../../clock.ts';
import { provisionedConcurrency } from '../../functions/concurrency.ts';
import type { FunctionStore } from '../../functions/functionStore.ts';
import type { Service } from '../../gateway/service.ts';
import type { Metrics } from '../../invoke/metricStore.ts';
import type { Database } from '../../state/database.ts';
import { createAutoScalingService } from './autoScalingService.ts';
import { openAutoScalingStore } from './records.ts';
import { createScaler } from './scaler.ts';

export interface AutoScaling {
  readonly service: Service;
  close(): void;
}

export function createAutoScaling(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'query'>;
  readonly functions: Pick<FunctionStore, 'get' | 'settings'>;
  readonly region: string;
  readonly accountId: string;
  /** As PutProvisionedConcurrencyConfig; throws as it does. */
  provision(functionName: string, qualifier: string, amount: number): void;
}): AutoScaling {
  const { database, clock, metrics, functions, region, accountId } = options;
  const store = openAutoScalingStore(database);
  const provisioned = provisionedConcurrency(functions.settings);
  const scaler = createScaler({
    clock,
    store,
    metrics,
    capacity: (name, qualifier) => provisioned.get(name, qualifier)?.requested ?? 0,
    provision: (name, qualifier, amount) => options.provision(name, qualifier, amount),
  });
  return {
    service: createAutoScalingService({
      store,
      scaler,
      clock,
      region,
      accountId,
      isThere: (name, qualifier) => functions.get(name, qualifier) !== undefined,
    }),
    close: () => scaler.close(),
  };
}
