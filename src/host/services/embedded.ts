/**
 * The services that this host brings, so that nothing must be installed: what main registers on the one endpoint, and what
 * their ARNs mean to the other rooms.
 */
import type { DeliveryTargets } from '../delivery/deliveryTargets.ts';
import type { EmbeddedLookup } from '../delivery/lookup.ts';
import type { Service } from '../gateway/service.ts';
import { createMoveTasks } from './sqs/moveTasks.ts';
import { createQueues, type Queues, type QueuesOptions } from './sqs/queues.ts';
import { lookUpQueue, queueTarget } from './sqs/queueTarget.ts';
import { sqsMigrations } from './sqs/schema.ts';
import { createSqsService } from './sqs/sqsService.ts';
import { createStsService } from './sts/stsService.ts';

export const serviceMigrations = [...sqsMigrations];

export interface EmbeddedServices {
  /** To be registered on the gateway. */
  readonly services: readonly Service[];
  /** Who answers for ARNs, by their service. */
  readonly lookups: ReadonlyMap<string, EmbeddedLookup>;
  readonly queues: Queues;
  close(): void;
}

export interface EmbeddedOptions extends QueuesOptions {
  readonly targets: DeliveryTargets;
}

/** Migrated with {@link serviceMigrations}. */
export function createEmbeddedServices(options: EmbeddedOptions): EmbeddedServices {
  const { clock, accountId, region } = options;
  const queues = createQueues(options);
  const moveTasks = createMoveTasks({ ...options, queues });
  options.targets.register('sqs', queueTarget(queues), arn => queues.table.find(arn.text) !== undefined);
  return {
    services: [createStsService(), createSqsService({ queues, moveTasks, clock, accountId, region })],
    lookups: new Map([['sqs', lookUpQueue(queues)]]),
    queues,
    close: () => {
      moveTasks.close();
      queues.close();
    },
  };
}
