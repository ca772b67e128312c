import assert from 'node:assert/strict';
import path from 'node:path';
import {
  type ActionRecord,
  autoScalingMigrations,
  type AutoScalingStore,
  keyOf,
  openAutoScalingStore,
  type PolicyRecord,
  type TargetRecord,
} from '../../../../src/host/services/applicationAutoScaling/records.ts';
import { createScaler, type Scaler } from '../../../../src/host/services/applicationAutoScaling/scaler.ts';
import { createMetrics, metricMigrations, type Metrics } from '../../../../src/host/invoke/metricStore.ts';
import { openDatabase, type Database } from '../../../../src/host/state/database.ts';
import { manualClock, type ManualClock } from '../../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporaryFolder.ts';

const MINUTE = 60_000;
const resourceId = 'function:f:live';

describe('scaling of provisioned concurrency', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let database: Database;
  let store: AutoScalingStore;
  let metrics: Metrics;
  let scaler: Scaler;
  let capacity: number;
  let refusal: Error | undefined;

  const open = (): void => {
    store = openAutoScalingStore(database);
    scaler = createScaler({
      clock,
      store,
      metrics,
      capacity: () => capacity,
      provision: (_name, _qualifier, amount) => {
        if (refusal) throw refusal;
        capacity = amount;
      },
    });
  };
  beforeEach(async () => {
    folder = await temporaryFolder('scaler');
    clock = manualClock();
    database = openDatabase(path.join(folder.path, 'lamplight.db'), clock, [
      ...metricMigrations,
      ...autoScalingMigrations,
    ]);
    metrics = createMetrics(database, clock, error => {
      throw error;
    });
    capacity = 10;
    refusal = undefined;
    open();
    store.targets.put(resourceId, {
      resourceId,
      minCapacity: 2,
      maxCapacity: 30,
      suspended: { in: false, out: false, scheduled: false },
      createdAt: 0,
    });
  });
  afterEach(async () => {
    scaler.close();
    metrics.close();
    database.close();
    await folder.remove();
  });

  const policy = (change: Partial<PolicyRecord> = {}): void => {
    store.policies.put(keyOf(resourceId, 'p'), {
      resourceId,
      name: 'p',
      id: 'uuid',
      targetValue: 0.7,
      scaleInCooldown: 0,
      scaleOutCooldown: 0,
      disableScaleIn: false,
      createdAt: 0,
      ...change,
    });
    scaler.changed();
  };
  const suspend = (what: Partial<TargetRecord['suspended']>): void => {
    const target = store.targets.get(resourceId)!;
    store.targets.put(resourceId, { ...target, suspended: { ...target.suspended, ...what } });
  };
  /** `busy` of what is provisioned, each minute. */
  const minutes = (count: number, busy: number | undefined): number[] => {
    const seen: number[] = [];
    for (let i = 0; i < count; i++) {
      clock.advance(MINUTE / 2);
      if (busy !== undefined)
        metrics.record('ProvisionedConcurrencyUtilization', { functionName: 'f', qualifier: 'live' }, busy);
      clock.advance(MINUTE / 2);
      seen.push(capacity);
    }
    return seen;
  };
  const causes = (): string[] => store.activities.list().map(({ cause, status }) => `${status}: ${cause}`);

  it('goes out in proportion after three minutes above the target, up to the most', () => {
    policy();
    assert.deepEqual(minutes(2, 0.95), [10, 10]);
    assert.deepEqual(minutes(1, 0.95), [14]);
    assert.deepEqual(minutes(3, 1), [20, 29, 30]);
    assert.deepEqual(minutes(3, 0.69), [30, 30, 30]);
    assert.match(
      causes()[0] ?? '',
      /^Successful: monitor alarm TargetTracking-function:f:live-AlarmHigh-uuid in state ALARM triggered policy p$/,
    );
  });

  it('goes in gradually after fifteen minutes below nine tenths of it, never under the least', () => {
    policy();
    assert.deepEqual(minutes(14, 0.1), Array(14).fill(10));
    assert.deepEqual(minutes(10, 0.1), [9, 8, 7, 6, 5, 4, 3, 2, 2, 2]);
  });

  it('does nothing between the two, and nothing without requests', () => {
    policy();
    minutes(20, 0.65);
    minutes(20, undefined);
    // A minute without a request is no datapoint.
    minutes(2, 0.9);
    minutes(1, undefined);
    minutes(2, 0.9);
    assert.deepEqual([capacity, causes()], [10, []]);
  });

  it('waits for cooldowns, and does not what is switched off', () => {
    policy({ scaleOutCooldown: 5 * MINUTE });
    assert.deepEqual(minutes(8, 0.75), [10, 10, 11, 11, 11, 11, 11, 12]);
    suspend({ out: true });
    minutes(10, 1);
    assert.equal(capacity, 12);
    policy({ disableScaleIn: true });
    minutes(20, 0.1);
    assert.equal(capacity, 12);
    policy();
    suspend({ in: true });
    minutes(20, 0.1);
    assert.equal(capacity, 12);
  });

  it('tells why it failed, and tries again', () => {
    policy();
    refusal = new Error('too much');
    minutes(3, 0.8);
    assert.equal(capacity, 10);
    assert.match(store.activities.list()[0]?.statusMessage ?? '', /^Failed to set .* to 12: too much$/);
    refusal = undefined;
    minutes(1, 0.8);
    assert.equal(capacity, 12);
  });

  const action = (change: Partial<ActionRecord>): void => {
    store.actions.put(keyOf(resourceId, 'a'), {
      resourceId,
      name: 'a',
      id: 'uuid',
      schedule: 'rate(10 minutes)',
      createdAt: clock.serviceNow(),
      ...change,
    });
    scaler.changed();
  };

  it('runs scheduled actions, which move the bounds and the capacity within them', () => {
    action({ minCapacity: 15 });
    clock.advance(10 * MINUTE - 1);
    assert.equal(capacity, 10);
    clock.advance(1);
    assert.equal(capacity, 15);
    assert.equal(store.targets.get(resourceId)?.minCapacity, 15);
    action({ minCapacity: 1, maxCapacity: 4 });
    clock.advance(10 * MINUTE);
    assert.equal(capacity, 4);
    store.actions.delete(keyOf(resourceId, 'a'));
    scaler.changed();
    capacity = 20;
    clock.advance(60 * MINUTE);
    assert.equal(capacity, 20);
  });

  it('runs what it missed while the host was down, once', () => {
    action({ maxCapacity: 5, schedule: 'at(2026-11-22T12:30:00)' });
    scaler.close();
    clock.advance(120 * MINUTE);
    assert.equal(capacity, 10);
    open();
    clock.advance(0);
    assert.equal(capacity, 5);
    capacity = 10;
    scaler.close();
    open();
    clock.advance(60 * MINUTE);
    assert.equal(capacity, 10);
  });

  it('does what it could not store when that can be stored', () => {
    action({ maxCapacity: 5, schedule: 'at(2026-11-22T12:30:00)' });
    policy();
    minutes(2, 0.95);
    database.run(
      "CREATE TRIGGER full BEFORE INSERT ON autoscaling BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    );
    // The alarm, and then the action.
    minutes(1, 0.95);
    clock.advance(40 * MINUTE);
    assert.equal(store.targets.get(resourceId)?.maxCapacity, 30);
    assert.equal(store.actions.list()[0]?.ranAt, undefined);
    database.run('DROP TRIGGER full');
    clock.advance(MINUTE);
    assert.deepEqual([store.targets.get(resourceId)?.maxCapacity, capacity], [5, 5]);
    assert.notEqual(store.actions.list()[0]?.ranAt, undefined);
  });

  it('heeds beginning and end of an action', () => {
    const now = clock.serviceNow();
    action({ maxCapacity: 3, startTime: now + 25 * MINUTE, endTime: now + 40 * MINUTE });
    clock.advance(34 * MINUTE);
    assert.equal(capacity, 10);
    clock.advance(MINUTE);
    assert.equal(capacity, 3);
    capacity = 10;
    clock.advance(60 * MINUTE);
    assert.equal(capacity, 10);
  });
});
