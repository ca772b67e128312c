import assert from 'node:assert/strict';
import { durationMistake, speedMistake } from '../../../src/extension/clock/clockInput.ts';
import {
  clockWords,
  doneSentence,
  serviceTimeAt,
  shownDuration,
} from '../../../src/extension/clock/shownTime.ts';
import type { ClockStatus } from '../../../src/protocol/clock.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const status = (over: Partial<ClockStatus> = {}): ClockStatus => ({
  serviceTime: NOW,
  wallTime: NOW,
  speed: 1,
  frozen: false,
  waiting: 0,
  ...over,
});

describe('the clock in the editor', () => {
  it('is worth no word while it is the machine’s', () => {
    assert.equal(clockWords(status()), undefined);
    assert.equal(clockWords(status({ serviceTime: NOW + 3 })), undefined);
  });

  it('is shown where it is frozen, faster or moved, the strongest alone', () => {
    const short = (over: Partial<ClockStatus>): string | undefined => clockWords(status(over))?.short;
    assert.equal(short({ speed: 60 }), '60×');
    assert.equal(short({ serviceTime: NOW + HOUR }), '+1h');
    assert.equal(short({ serviceTime: NOW - 90_000 }), '-1m30s');
    assert.equal(short({ serviceTime: NOW + HOUR, speed: 60 }), '60×');
    assert.equal(short({ serviceTime: NOW + HOUR, speed: 60, frozen: true }), 'frozen');
    assert.match(clockWords(status({ serviceTime: NOW - HOUR }))!.long, /1h behind/);
  });

  it('is known at any time without asking', () => {
    assert.equal(serviceTimeAt(status({ speed: 60 }), NOW + 1_000), NOW + MINUTE);
    assert.equal(serviceTimeAt(status({ speed: 60, frozen: true }), NOW + 1_000), NOW);
    assert.equal(serviceTimeAt(status({ serviceTime: NOW + HOUR }), NOW + 1_000), NOW + HOUR + 1_000);
  });

  it('writes durations with what matters of them', () => {
    assert.deepEqual([0, 400, 59_700, 61_000, HOUR + 29_000, 26 * HOUR + MINUTE].map(shownDuration), [
      '0s',
      '0s',
      '1m',
      '1m1s',
      '1h',
      '1d2h',
    ]);
  });

  it('takes what the host takes, and says what it wants instead', () => {
    for (const right of ['1', '60', '2.5', '1000']) assert.equal(speedMistake(right), undefined);
    for (const wrong of ['', ' ', '0', '0.5', '1001', '-1', 'fast', 'NaN', 'Infinity'])
      assert.match(speedMistake(wrong)!, /from 1 to 1000/, wrong);
    for (const right of ['61s', '10m', '5m30s', '1d', '366d'])
      assert.equal(durationMistake(right), undefined);
    assert.match(durationMistake('ten minutes')!, /“ten minutes” is no duration/);
    assert.match(durationMistake('')!, /61s/);
    assert.match(durationMistake('0s')!, /More than nothing/);
    assert.match(durationMistake('367d')!, /At most 366 days/);
  });

  it('names the first things that fell due, and counts the others', () => {
    const done = ['a', 'b', 'c', 'd', 'e'].map(what => ({ at: NOW, what }));
    assert.equal(doneSentence([]), 'Nothing fell due.');
    assert.equal(doneSentence(done.slice(0, 1)), 'Fell due: a.');
    assert.equal(doneSentence(done), 'Fell due: a; b; c; 2 more.');
  });
});
