import assert from 'node:assert/strict';
import { parseSchedule } from '../../../../src/host/services/applicationAutoScaling/schedule.ts';

/** A Sunday. */
const NOW = Date.UTC(2026, 10, 22, 12);

describe('schedules of scheduled actions', () => {
  const next = (text: string, count = 1, since = NOW): string[] => {
    const schedule = parseSchedule(text, since);
    const found: string[] = [];
    for (let at: number | undefined = NOW; found.length < count;) {
      at = schedule(at);
      if (at === undefined) break;
      found.push(new Date(at).toISOString().slice(0, 16));
    }
    return found;
  };

  it('are due as they say', () => {
    assert.deepEqual(next('at(2026-11-22T12:01:00)', 2), ['2026-11-22T12:01']);
    assert.deepEqual(next('at(2026-11-22T12:00)'), []);
    assert.deepEqual(next('rate(5 minutes)', 2), ['2026-11-22T12:05', '2026-11-22T12:10']);
    assert.deepEqual(next('rate(1 day)', 1, NOW - 3_600_000), ['2026-11-23T11:00']);
    assert.deepEqual(next('cron(0 12 ? * MON-FRI *)', 2), ['2026-11-23T12:00', '2026-11-24T12:00']);
    assert.deepEqual(next('cron(0/20 12,14 * * ? *)', 4), [
      '2026-11-22T12:20',
      '2026-11-22T12:40',
      '2026-11-22T14:00',
      '2026-11-22T14:20',
    ]);
    assert.deepEqual(next('cron(30 8 ? * 1 *)'), ['2026-11-29T08:30']);
    assert.deepEqual(next('cron(0 0 29 FEB ? *)', 2), ['2028-02-29T00:00', '2032-02-29T00:00']);
    assert.deepEqual(next('cron(0 0 1 1 ? 2027)', 2), ['2027-01-01T00:00']);
    assert.deepEqual(next('cron(0 0 30 2 ? *)'), []);
  });

  it('are refused where they are none', () => {
    for (const text of [
      '',
      'at(tomorrow)',
      'at(2026-13-01T00:00:00)',
      'rate(0 minutes)',
      'rate(5 seconds)',
      'cron(* * * * *)',
      'cron(0 12 * * * *)',
      'cron(0 12 ? * ? *)',
      'cron(60 12 * * ? *)',
      'cron(0 12 L * ? *)',
      'cron(5-1 12 * * ? *)',
      'cron(*/0 12 * * ? *)',
      'every(5 minutes)',
    ])
      assert.throws(() => parseSchedule(text, NOW), { code: 'ValidationException' }, text);
  });
});
