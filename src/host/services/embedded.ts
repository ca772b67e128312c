/**
 * The services that this host brings, so that nothing must be installed: what main registers on the one endpoint, and what
 * their ARNs mean to the other rooms.
 */
import {
  createDeliveryTargets,
  type DeliveryTarget,
  type DeliveryTargets,
} from '../delivery/deliveryTargets.ts';
import { createLookup, type Lookup } from '../delivery/lookup.ts';
import { parseArn, type ResourceArn } from '../delivery/resourceArn.ts';
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
  /** Is it there: where it is pointed, here, or at `--upstream`. */
  readonly lookup: Lookup;
  /** Where results go: to where they are pointed, here, or to `--upstream`. */
  readonly targets: DeliveryTargets;
  readonly queues: Queues;
  /** From now on what was published is delivered. */
  start(): void;
  close(): void;
}

export interface EmbeddedOptions extends QueuesOptions, Omit<SnsOptions, 'queues' | 'elsewhere'> {
  readonly upstream: UpstreamClient | undefined;
  /** The endpoint that the settings point an ARN or its service at. */
  readonly pointed: (arn: ResourceArn) => UpstreamClient | undefined;
}

/** Migrated with {@link serviceMigrations}. */
export function createEmbeddedServices(options: EmbeddedOptions): EmbeddedServices {
  const { clock, accountId, region, upstream, pointed } = options;
  const targetAt = (client: UpstreamClient | undefined): DeliveryTarget | undefined =>
    client === undefined ? undefined : createUpstreamTarget(client);
  const targets = createDeliveryTargets(targetAt(upstream), arn => targetAt(pointed(arn)));
  const queues = createQueues(options);
  const moveTasks = createMoveTasks({ ...options, queues });
  const isQueueHere = (arn: ResourceArn): boolean => queues.table.find(arn.text) !== undefined;
  const sns = createSns({
    ...options,
    queues,
    elsewhere: text => {
      const arn = parseArn(text);
      if (arn === undefined) return undefined;
      return pointed(arn) ?? (arn.service === 'sqs' && !isQueueHere(arn) ? upstream : undefined);
    },
  });
  targets.register('sqs', queueTarget(queues), isQueueHere);
  targets.register('sns', topicTarget(sns), arn => sns.topics.get(arn.text) !== undefined);
  const embedded = new Map([
    ['sqs', lookUpQueue(queues)],
    ['sns', lookUpTopic(sns)],
  ]);
  const sqs = createSqsService({ queues, moveTasks, clock, accountId, region });
  return {
    services: [createStsService(), sqs, createSnsService(sns)],
    lookup: createLookup({ upstream, embedded, pointed }),
    targets,
    queues,
    start: () => sns.start(),
    close: () => {
      sns.close();
      moveTasks.close();
      queues.close();
    },
  };
}
