import assert from 'node:assert/strict';
import path from 'node:path';
import { createMetrics, metricMigrations, type Metrics } from '../../../src/host/invoke/metricStore.ts';
import { openDatabase, type Database } from '../../../src/host/state/database.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

const START = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;

describe('metrics', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let database: Database;
  let metrics: Metrics;
  const open = (): void => {
    database = openDatabase(path.join(folder.path, 'lamplight.db'), clock, metricMigrations);
    metrics = createMetrics(database, clock, error => {
      throw error;
    });
  };
  beforeEach(async () => {
    folder = await temporaryFolder('metrics');
    clock = manualClock(START);
    open();
  });
  afterEach(async () => {
    database.close();
    await folder.remove();
  });

  const minutes = (metric: 'Invocations' | 'Duration' | 'ConcurrentExecutions', of: object = {}): unknown =>
    metrics
      .query({ metric, ...of, from: START, to: START + 10 * MINUTE, period: MINUTE })[0]
      ?.points.map(({ at, ...stat }) => [(at - START) / MINUTE, ...Object.values(stat)]);

  it('add up over qualifiers and functions, and are apart by them', () => {
    const live = { functionName: 'f', qualifier: 'live' };
    metrics.record('Invocations', live);
    metrics.record('Duration', live, 10);
    metrics.record('Invocations', { functionName: 'f', qualifier: '$LATEST' });
    metrics.record('Invocations', { functionName: 'g', qualifier: '$LATEST' });
    clock.advance(90_000);
    metrics.record('Invocations', live);
    metrics.record('Duration', live, 30);
    metrics.record('Duration', live, 5);
    assert.deepEqual(minutes('Invocations'), [
      [0, 3, 3, 1, 1],
      [1, 1, 1, 1, 1],
    ]);
    assert.deepEqual(minutes('Invocations', { functionName: 'f' }), [
      [0, 2, 2, 1, 1],
      [1, 1, 1, 1, 1],
    ]);
    assert.deepEqual(minutes('Duration', live), [
      [0, 10, 1, 10, 10],
      [1, 35, 2, 5, 30],
    ]);
    const seconds = metrics.query({ ...live, from: START, to: START + 10 * MINUTE, period: 1_000 });
    assert.deepEqual(
      seconds.map(({ metric, unit, points }) => [metric, unit, points.map(({ at }) => at - START)]),
      [
        ['Duration', 'Milliseconds', [0, 90_000]],
        ['Invocations', 'Count', [0, 90_000]],
      ],
    );
  });

  it('never add up levels', () => {
    metrics.record('ConcurrentExecutions', { functionName: 'f' }, 3);
    metrics.record('ConcurrentExecutions', { functionName: 'f' }, 1);
    metrics.record('ConcurrentExecutions', { functionName: 'g' }, 2);
    metrics.record('ConcurrentExecutions', {}, 5);
    assert.deepEqual(minutes('ConcurrentExecutions'), [[0, 5, 1, 5, 5]]);
    assert.deepEqual(minutes('ConcurrentExecutions', { functionName: 'f' }), [[0, 4, 2, 1, 3]]);
  });

  it('of one second add up over writes and restarts, also where they come late', () => {
    metrics.record('Invocations', { functionName: 'f' });
    clock.advance(1_500);
    metrics.record('Invocations', { functionName: 'f' }, 1, START + 10);
    metrics.close();
    metrics.record('Invocations', { functionName: 'f' });
    database.close();
    open();
    assert.deepEqual(minutes('Invocations'), [[0, 2, 2, 1, 1]]);
  });

  it('are kept for a day', () => {
    metrics.record('Invocations', { functionName: 'f' });
    clock.advance(2_000);
    for (let i = 0; i < 61; i++) {
      clock.advance(24 * MINUTE);
      metrics.record('Invocations', { functionName: 'f' });
    }
    clock.advance(2_000);
    assert.deepEqual(minutes('Invocations'), undefined);
    const all = metrics.query({ metric: 'Invocations', from: 0, to: clock.serviceNow(), period: 1_000 });
    assert.equal(all[0]?.points.length, 61);
  });
});
