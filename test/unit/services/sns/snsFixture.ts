/** Topics and queues behind a real gateway, with the official clients, on a clock that a test moves. */
import path from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import type { InvokeRequest } from '../../../../src/host/invoke/request.ts';
import type { UpstreamClient } from '../../../../src/host/delivery/upstreamClient.ts';
import { createSns } from '../../../../src/host/services/sns/createSns.ts';
import type { UndeliveredDelivery } from '../../../../src/host/services/sns/deliveries.ts';
import type { SnsHost } from '../../../../src/host/services/sns/operation.ts';
import { snsMigrations } from '../../../../src/host/services/sns/schema.ts';
import { createSnsService } from '../../../../src/host/services/sns/snsService.ts';
import { createQueues } from '../../../../src/host/services/sqs/queues.ts';
import { sqsMigrations } from '../../../../src/host/services/sqs/schema.ts';
import { openDatabase, type Database } from '../../../../src/host/state/database.ts';
import { manualClock, type ManualClock } from '../../../helpers/manualClock.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { startGateway, type GatewayFixture } from '../../gateway/gatewayFixture.ts';
import { ACCOUNT, twoTimes } from '../sqs/sqsFixture.ts';

export interface SnsFixture {
  readonly host: SnsHost;
  /** Service time. */
  readonly clock: ManualClock;
  readonly gateway: GatewayFixture;
  readonly client: SNSClient;
  /** What functions were to get. */
  readonly invoked: InvokeRequest[];
  /** Thrown by the next invocations. */
  readonly refusals: Error[];
  /** What could not be stored. */
  readonly failures: unknown[];
  /** Endpoints of ARNs that are not here. */
  readonly elsewhere: Map<string, UpstreamClient>;
  /** Tries that failed. */
  readonly undelivered: UndeliveredDelivery[];
  readonly database: () => Database;
  /** Ends the host and begins another one on its state. */
  restart(): void;
  /** Makes a queue; answers its ARN. */
  queue(name: string, attributes?: Readonly<Record<string, string>>): string;
  /** Bodies and attributes of all that can be received of a queue now. */
  drain(arn: string): Promise<{ readonly body: string; readonly attributes: object }[]>;
  close(): Promise<void>;
}

export async function startSns(): Promise<SnsFixture> {
  const folder = await temporaryFolder('sns');
  const service = manualClock();
  const clock = twoTimes(service);
  const invoked: InvokeRequest[] = [];
  const refusals: Error[] = [];
  const failures: unknown[] = [];
  const undelivered: UndeliveredDelivery[] = [];
  const elsewhere = new Map<string, UpstreamClient>();
  const open = () => {
    const file = path.join(folder.path, 'lamplight.db');
    const database = openDatabase(file, clock, [...sqsMigrations, ...snsMigrations]);
    const scope = { database, clock, accountId: ACCOUNT, region: 'us-east-1' };
    const queues = createQueues(scope);
    const sns = createSns({
      ...scope,
      queues,
      owner: { accessKeyId: 'AKIAX', secretAccessKey: 'x', ...ownerKeys },
      invoke: request => {
        const refusal = refusals.shift();
        if (refusal !== undefined) return Promise.reject(refusal);
        invoked.push(request);
        return Promise.resolve();
      },
      elsewhere: arn => elsewhere.get(arn),
      undelivered: what => undelivered.push(what),
      failed: error => failures.push(error),
    });
    sns.start();
    return { sns, queues, database };
  };
  const ownerKeys: { accessKeyId?: string; secretAccessKey?: string } = {};
  let opened = open();
  const current: SnsHost = new Proxy({} as SnsHost, {
    get: (_target, name) => opened.sns[name as keyof SnsHost],
  });
  const gateway = await startGateway({ clock, services: [createSnsService(current)] });
  Object.assign(ownerKeys, gateway.keys.owner);
  const shut = (): void => {
    opened.sns.close();
    opened.queues.close();
    opened.database.close();
  };
  shut();
  opened = open();
  const client = new SNSClient({
    endpoint: `http://127.0.0.1:${gateway.port}`,
    region: 'us-east-1',
    credentials: gateway.keys.owner,
    maxAttempts: 1,
  });
  return {
    host: current,
    clock: service,
    gateway,
    client,
    invoked,
    refusals,
    failures,
    elsewhere,
    undelivered,
    database: () => opened.database,
    restart: () => {
      shut();
      opened = open();
    },
    queue: (name, attributes = {}) =>
      opened.queues.table.create(
        { name, isFifo: name.endsWith('.fifo'), attributes, tags: {} },
        service.serviceNow(),
      ).arn,
    drain: async arn => {
      const queue = opened.queues.table.find(arn)!;
      const all = [];
      for (;;) {
        const found = await opened.queues.receive(queue, { max: 10 });
        if (found.length === 0) return all;
        for (const { body, details, receiptHandle } of found) {
          all.push({ body, attributes: details.attributes });
          opened.queues.delete(queue, receiptHandle);
        }
      }
    },
    close: async () => {
      client.destroy();
      shut();
      await gateway.close();
      await folder.remove();
    },
  };
}
