import assert from 'node:assert/strict';
import path from 'node:path';
import {
  createDeliveryTargets,
  DeliveryRefused,
  type DeliveryMessage,
} from '../../../../src/host/delivery/deliveryTargets.ts';
import { createCommits } from '../../../../src/host/state/commits.ts';
import { createDeliveries, type Deliveries } from '../../../../src/host/invoke/asynchronous/deliveries.ts';
import {
  createDeliveryRows,
  type NewDelivery,
} from '../../../../src/host/invoke/asynchronous/deliveryRows.ts';
import { createStore } from '../../../../src/host/state/store.ts';
import { invokeMigrations } from '../../../../src/host/invoke/schema.ts';
import { openDatabase, type Database } from '../../../../src/host/state/database.ts';
import { manualClock, type ManualClock } from '../../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { ARN } from './queueFixture.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:results';

describe('deliveries of results', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let database: Database;
  let deliveries: Deliveries;
  let taken: DeliveryMessage[];
  let metrics: string[];
  let told: string[];
  let take: (message: DeliveryMessage) => Promise<void>;

  function open(): void {
    const targets = createDeliveryTargets(undefined);
    targets.register('sqs', async (_arn, message) => {
      await take(message);
      taken.push(message);
    });
    const failed = (error: unknown): void => {
      throw error;
    };
    deliveries = createDeliveries({
      database,
      clock,
      targets,
      metrics: { record: name => metrics.push(name) },
      store: createStore(createCommits(database), clock, () => false, failed),
      undelivered: (_delivery, error, isLast) => told.push(`${error}${isLast ? '!' : ''}`),
      failed,
    });
    deliveries.start();
  }

  beforeEach(async () => {
    folder = await temporaryFolder('deliveries');
    clock = manualClock();
    database = openDatabase(path.join(folder.path, 'lamplight.db'), clock, invokeMigrations);
    taken = [];
    metrics = [];
    told = [];
    take = () => Promise.resolve();
    open();
  });
  afterEach(async () => {
    database.close();
    await folder.remove();
  });

  const result = (target: string, kind: NewDelivery['kind'] = 'success'): NewDelivery => ({
    kind,
    target,
    createdAt: clock.serviceNow(),
    message: {
      body: Buffer.from('{"version":"1.0"}'),
      attributes: { RequestID: { type: 'String', value: 'r' } },
      about: {
        requestId: 'r',
        functionName: 'f',
        functionArn: `${ARN}f:$LATEST`,
        isSuccess: true,
        at: clock.serviceNow(),
      },
      traceId: 'Root=1-2-3',
    },
  });
  const send = (delivery: NewDelivery): void => database.transaction(() => deliveries.add([delivery]))();

  it('are handed over whole, and forgotten', async () => {
    const delivery = result(QUEUE);
    send(delivery);
    await deliveries.settled();
    assert.deepEqual(taken, [delivery.message]);
    assert.deepEqual(deliveries.rows.list(undefined, 10), []);
    assert.deepEqual([metrics, told], [[], []]);
  });

  it('are handed over by the next host where this one died', async () => {
    database.transaction(() => deliveries.add([result(QUEUE)]));
    open();
    await deliveries.settled();
    assert.equal(taken.length, 1);
    assert.equal(taken[0]?.body.toString(), '{"version":"1.0"}');
  });

  it('are tried again, counted and told of', async () => {
    let failures = 3;
    take = () => (failures-- > 0 ? Promise.reject(new Error('not now')) : Promise.resolve());
    send(result(QUEUE, 'dead-letter'));
    await deliveries.settled();
    for (const seconds of [1, 2, 4]) {
      assert.equal(taken.length, 0);
      clock.advance(seconds * 1_000 - 1);
      await deliveries.settled();
      assert.equal(taken.length, 0);
      clock.advance(1);
      await deliveries.settled();
    }
    assert.equal(taken.length, 1);
    assert.deepEqual(metrics, ['DeadLetterErrors', 'DeadLetterErrors', 'DeadLetterErrors']);
    assert.deepEqual(told, ['not now', 'not now', 'not now']);
  });

  it('end after six hours where the target fails for hours, and are kept to be seen', async () => {
    take = () => Promise.reject(new Error('not now'));
    send(result(QUEUE));
    for (let minute = 0; minute < 7 * 60; minute++) {
      await deliveries.settled();
      clock.advance(60_000);
    }
    await deliveries.settled();
    const [failed] = deliveries.rows.list('f', 10);
    assert.ok(failed?.failedAt !== undefined);
    assert.ok(failed.failedAt - failed.createdAt > 5.8 * 3_600_000);
    assert.equal(failed.error, 'not now');
    assert.equal(told.at(-1), 'not now!');
    assert.equal(metrics.length, failed.attempts);
    assert.ok(metrics.every(name => name === 'DestinationDeliveryFailures'));
    take = () => Promise.resolve();
    deliveries.retryNow(failed);
    await deliveries.settled();
    assert.equal(taken.length, 1);
    assert.deepEqual(deliveries.rows.list('f', 10), []);
  });

  it('are given up at once where the target refuses them, or there is none', async () => {
    take = () => Promise.reject(new DeliveryRefused('too large'));
    send(result(QUEUE));
    send(result('arn:aws:sns:us-east-1:000000000000:topic'));
    await deliveries.settled();
    assert.deepEqual(told.sort(), [
      'The service sns is not embedded in Lamplight, so there is no arn:aws:sns:us-east-1:000000000000:topic. Start it with --upstream URL of an endpoint that has it (LocalStack, moto or any other), or with --service-endpoint sns=URL.!',
      'too large!',
    ]);
    assert.deepEqual(metrics, ['DestinationDeliveryFailures', 'DestinationDeliveryFailures']);
    const [first] = deliveries.rows.list(undefined, 10);
    assert.ok(first !== undefined && !('body' in first.message), 'a list of large ones must stay small');
    deliveries.drop(first);
    assert.equal(deliveries.rows.list(undefined, 10).length, 1);
  });

  it('to a target that fails hold up no other one', async () => {
    take = () => new Promise(() => undefined);
    for (let n = 0; n < 40; n++) send(result(QUEUE));
    send(result('arn:aws:events:us-east-1:000000000000:event-bus/default'));
    for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
    assert.equal(told.length, 1);
  });

  it('that failed are kept as far as they are few and small, the newest of them', () => {
    const rows = createDeliveryRows(database, { deliveries: 3, bytes: 100 });
    const { message, ...delivery } = result(QUEUE);
    const failing = (bytes: number, at: number): number => {
      const { id } = rows.insert({ ...delivery, message: { ...message, body: Buffer.alloc(bytes) } });
      rows.fail(id, at, 'no');
      return id;
    };
    const kept = (): number[] => rows.list(undefined, 10).map(({ id }) => id);
    const waits = rows.insert({ ...delivery, message: { ...message, body: Buffer.alloc(1_000) } }).id;
    const small = [1, 2, 3, 4].map(at => failing(10, at));
    assert.deepEqual(
      kept().sort((a, b) => a - b),
      [waits, ...small.slice(1)],
    );
    const large = failing(85, 5);
    assert.deepEqual(
      kept().sort((a, b) => a - b),
      [waits, small[3], large],
    );
  });
});
