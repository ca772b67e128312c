/** Queues behind a real gateway, with the official client, on a clock that a test moves. */
import path from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { systemClock, type Clock } from '../../../../src/host/clock.ts';
import { createMoveTasks } from '../../../../src/host/services/sqs/moveTasks.ts';
import type { SqsHost } from '../../../../src/host/services/sqs/operation.ts';
import { createQueues } from '../../../../src/host/services/sqs/queues.ts';
import { sqsMigrations } from '../../../../src/host/services/sqs/schema.ts';
import { createSqsService } from '../../../../src/host/services/sqs/sqsService.ts';
import { openDatabase, type Database } from '../../../../src/host/state/database.ts';
import { manualClock, type ManualClock } from '../../../helpers/manualClock.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { startGateway, type GatewayFixture } from '../../gateway/gatewayFixture.ts';

export const ACCOUNT = '000000000000';
export const arnOf = (name: string): string => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;

export interface SqsFixture {
  readonly host: SqsHost;
  readonly database: Database;
  /** Service time. */
  readonly clock: ManualClock;
  readonly gateway: GatewayFixture;
  readonly client: SQSClient;
  close(): Promise<void>;
}

/** Signatures and waiting stay on the machine's time. */
export function twoTimes(service: ManualClock): Clock {
  const wall = systemClock();
  return {
    ...service,
    wallNow: () => wall.wallNow(),
    monotonic: () => wall.monotonic(),
    afterWall: (ms, run) => wall.afterWall(ms, run),
  };
}

export function openQueues(
  file: string,
  clock: Clock,
): SqsHost & { readonly database: Database; close(): void } {
  const database = openDatabase(file, clock, sqsMigrations);
  const queues = createQueues({ database, clock, accountId: ACCOUNT, region: 'us-east-1' });
  const moveTasks = createMoveTasks({ database, clock, queues });
  return {
    database,
    queues,
    moveTasks,
    clock,
    accountId: ACCOUNT,
    region: 'us-east-1',
    close: () => {
      moveTasks.close();
      queues.close();
      database.close();
    },
  };
}

export async function startSqs(
  options: { readonly acceptAnyCredentials?: boolean } = {},
): Promise<SqsFixture> {
  const folder = await temporaryFolder('sqs');
  const service = manualClock();
  const clock = twoTimes(service);
  const host = openQueues(path.join(folder.path, 'lamplight.db'), clock);
  const gateway = await startGateway({ clock, services: [createSqsService(host)], ...options });
  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${gateway.port}`,
    region: 'us-east-1',
    credentials: gateway.keys.owner,
    maxAttempts: 1,
  });
  return {
    host,
    database: host.database,
    clock: service,
    gateway,
    client,
    close: async () => {
      client.destroy();
      host.close();
      await gateway.close();
      await folder.remove();
    },
  };
}
