/**
 * The services that this host brings, so that nothing must be installed: what main registers on the one endpoint, and what
 * their ARNs mean to the other rooms.
 */
import { createDeliveryTargets, type DeliveryTargets } from '../delivery/deliveryTargets.ts';
import { createLookup, type Lookup } from '../delivery/lookup.ts';
import type { UpstreamClient } from '../delivery/upstreamClient.ts';
import { createUpstreamTarget } from '../delivery/upstreamTarget.ts';
import type { Service } from '../gateway/service.ts';
import { autoScalingMigrations } from './applicationAutoScaling/records.ts';
import { createSns, lookUpTopic, topicTarget, type SnsOptions } from './sns/createSns.ts';
import { snsMigrations } from './sns/schema.ts';
import { createSnsService } from './sns/snsService.ts';
import { createMoveTasks } from './sqs/moveTasks.ts';
import { createQueues, type Queues, type QueuesOptions } from './sqs/queues.ts';
import { lookUpQueue, queueTarget } from './sqs/queueTarget.ts';
import { sqsMigrations } from './sqs/schema.ts';
import { createSqsService } from './sqs/sqsService.ts';
import { createStsService } from './sts/stsService.ts';

export const serviceMigrations = [...sqsMigrations, ...autoScalingMigrations, ...snsMigrations];

export interface EmbeddedServices {
  /** To be registered on the gateway. */
  readonly services: readonly Service[];
  /** Is it there: here, or at `--upstream`. */
  readonly lookup: Lookup;
  /** Where results go: here, or to `--upstream`. */
  readonly targets: DeliveryTargets;
  readonly queues: Queues;
  close(): void;
}

export interface EmbeddedOptions extends QueuesOptions, Omit<SnsOptions, 'queues'> {
  readonly upstream: UpstreamClient | undefined;
}

/** Migrated with {@link serviceMigrations}. */
export function createEmbeddedServices(options: EmbeddedOptions): EmbeddedServices {
  const { clock, accountId, region, upstream } = options;
  const targets = createDeliveryTargets(upstream === undefined ? undefined : createUpstreamTarget(upstream));
  const queues = createQueues(options);
  const moveTasks = createMoveTasks({ ...options, queues });
  const sns = createSns({ ...options, queues });
  targets.register('sqs', queueTarget(queues), arn => queues.table.find(arn.text) !== undefined);
  targets.register('sns', topicTarget(sns), arn => sns.topics.get(arn.text) !== undefined);
  const embedded = new Map([
    ['sqs', lookUpQueue(queues)],
    ['sns', lookUpTopic(sns)],
  ]);
  const sqs = createSqsService({ queues, moveTasks, clock, accountId, region });
  return {
    services: [createStsService(), sqs, createSnsService(sns)],
    lookup: createLookup({ upstream, embedded }),
    targets,
    queues,
    close: () => {
      sns.close();
      moveTasks.close();
      queues.close();
    },
  };
}
