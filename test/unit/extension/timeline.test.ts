/** The timeline's lanes as the host's events make them, and the trace that they are exported as. */
import assert from 'node:assert/strict';
import { chromeTrace } from '../../../src/extension/timeline/chromeTrace.ts';
import { TimelineModel } from '../../../src/extension/timeline/timelineModel.ts';
import type { ClockStatus } from '../../../src/protocol/clock.ts';
import { environmentSummary, invocationSummary } from './builders.ts';

const report = (durationMs: number, initMs?: number) => ({
  durationMs,
  billedMs: durationMs,
  memorySizeMb: 128,
  maxMemoryUsedMb: 60,
  ...(initMs === undefined ? {} : { initMs }),
});
const clock = (over: Partial<ClockStatus>): ClockStatus => ({
  serviceTime: 0,
  wallTime: 0,
  speed: 1,
  frozen: false,
  waiting: 0,
  ...over,
});

/** An environment that starts at 1,000, is ready at 1,140, runs 20 ms, freezes at 1,300 and stops at 9,000. */
function oneLife(): TimelineModel {
  const model = new TimelineModel();
  const state = (name: 'init' | 'busy' | 'idle' | 'frozen' | 'stopped', wall: number): void =>
    model.apply(
      { type: 'environment', environment: environmentSummary('e1', 'f', { state: name, startedAt: 1_000 }) },
      wall,
    );
  state('init', 1_001);
  state('busy', 1_140);
  model.apply(
    {
      type: 'invocation',
      invocation: invocationSummary('r1', 'f', {
        environmentId: 'e1',
        startedAt: 999,
        cold: true,
        report: report(20, 130),
      }),
    },
    1_161,
  );
  state('idle', 1_162);
  state('frozen', 1_300);
  state('stopped', 9_000);
  return model;
}

describe('timeline', () => {
  it('gives an environment a lane with init, run, frozen and its end', () => {
    const [lane] = oneLife().lanes();
    assert.deepEqual(lane, {
      id: 'e1',
      functionName: 'f',
      version: '$LATEST',
      start: 1_000,
      end: 9_000,
      init: { start: 1_000, end: 1_140 },
      runs: [{ requestId: 'r1', attempt: 1, status: 'success', cold: true, start: 1_140, end: 1_160 }],
      frozen: [{ start: 1_300, end: 9_000 }],
    });
  });

  it('draws runs of one environment one after the other, and each attempt once', () => {
    const model = new TimelineModel();
    for (const requestId of ['a', 'b', 'b']) {
      const invocation = invocationSummary(requestId, 'f', {
        environmentId: 'e1',
        startedAt: 100,
        report: report(50),
      });
      model.apply({ type: 'invocation', invocation }, 300);
    }
    assert.deepEqual(
      model.lanes()[0]!.runs.map(({ requestId, start, end }) => [requestId, start, end]),
      [
        ['a', 100, 150],
        ['b', 150, 200],
      ],
    );
  });

  it('places what arrives by the clock of service time, and stretches durations by its speed', () => {
    const model = new TimelineModel();
    model.apply({ type: 'clock', clock: clock({ serviceTime: 10_000, wallTime: 1_000, speed: 100 }) }, 1_000);
    assert.equal(model.serviceTime(1_010), 11_000);
    const invocation = invocationSummary('a', 'f', {
      environmentId: 'e',
      startedAt: 10_500,
      report: report(5),
    });
    model.apply({ type: 'invocation', invocation }, 1_010);
    assert.deepEqual([model.lanes()[0]!.runs[0]!.start, model.lanes()[0]!.runs[0]!.end], [10_500, 11_000]);
    model.apply({ type: 'clock', clock: clock({ serviceTime: 11_000, frozen: true }) }, 1_010);
    assert.equal(model.serviceTime(99_999), 11_000);
  });

  it('keeps the depth of the queue only where it changes, and ends all lanes with the host', () => {
    const model = new TimelineModel();
    for (const [count, wall] of [
      [3, 10],
      [3, 20],
      [0, 30],
    ] as const)
      model.apply({ type: 'pendingEvents', pending: { functionName: 'f', count } }, wall);
    assert.deepEqual(model.depths('f'), [
      { at: 10, count: 3 },
      { at: 30, count: 0 },
    ]);
    const environment = environmentSummary('e', 'f', { state: 'busy', startedAt: 5 });
    model.apply({ type: 'environment', environment }, 40);
    model.disconnected(50);
    assert.equal(model.lanes()[0]!.end, 50);
    assert.equal(model.lanes()[0]!.busySince, undefined);
  });

  it('exports a Chrome trace: a process for the function, a thread for the environment, times in microseconds', () => {
    const model = oneLife();
    const { traceEvents, displayTimeUnit, otherData } = chromeTrace(
      model.lanes(),
      name => model.depths(name),
      10_000,
    );
    assert.equal(displayTimeUnit, 'ms');
    assert.equal(otherData['startedAt'], '1970-01-01T00:00:01.000Z');
    assert.deepEqual(
      traceEvents.filter(({ ph }) => ph === 'X').map(({ name, ts, dur }) => [name, ts, dur]),
      [
        ['init', 0, 140_000],
        ['success', 140_000, 20_000],
        ['frozen', 300_000, 7_700_000],
      ],
    );
    assert.deepEqual(
      traceEvents.filter(({ ph }) => ph === 'M').map(({ args }) => args?.['name']),
      ['f', '$LATEST e1'],
    );
  });
});
