/** The timeline's lanes as the host's events make them, and the trace that they are exported as. */
import assert from 'node:assert/strict';
import { chromeTrace } from '../../../src/timeline/chromeTrace.ts';
import { ALL, TimelineModel } from '../../../src/timeline/timelineModel.ts';
import type { ClockStatus } from '../../../src/protocol/clock.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import type { ThrottleSummary } from '../../../src/protocol/model.ts';
import { environmentSummary, invocationSummary } from '../extension/builders.ts';

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
      {
        type: 'environment',
        environment: environmentSummary('e1', 'f', {
          state: name,
          startedAt: 1_000,
          startReason: { kind: 'first', busy: 0 },
        }),
      },
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
    const [lane] = [...oneLife().lanes()];
    assert.ok(lane !== undefined);
    const { runs, ...rest } = lane;
    assert.deepEqual(rest, {
      id: 'e1',
      functionName: 'f',
      version: '$LATEST',
      engine: 'process',
      reason: { kind: 'first', busy: 0 },
      start: 1_000,
      end: 9_000,
      init: { start: 1_000, end: 1_140 },
      frozen: [{ start: 1_300, end: 9_000 }],
    });
    assert.deepEqual(
      runs.map(({ requestId, cold, start, end, waited }) => [requestId, cold, start, end, waited]),
      [['r1', true, 1_140, 1_160, 141]],
    );
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
      [...model.lanes()][0]!.runs.map(({ requestId, start, end }) => [requestId, start, end]),
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
    assert.deepEqual(
      [[...model.lanes()][0]!.runs[0]!.start, [...model.lanes()][0]!.runs[0]!.end],
      [10_500, 11_000],
    );
    model.apply({ type: 'clock', clock: clock({ serviceTime: 11_000, frozen: true }) }, 1_010);
    assert.equal(model.serviceTime(99_999), 11_000);
  });

  it('keeps the depth of the queue only where it changes, and ends all lanes with the host', () => {
    const model = new TimelineModel();
    for (const [functionName, count, wall] of [
      ['f', 3, 10],
      ['f', 3, 20],
      ['g', 2, 25],
      ['f', 0, 30],
    ] as const)
      model.apply({ type: 'pendingEvents', pending: { functionName, count } }, wall);
    assert.deepEqual(model.pending('f').steps(), [
      { at: 10, count: 3 },
      { at: 30, count: 0 },
    ]);
    assert.deepEqual(
      model
        .pending(ALL)
        .steps()
        .map(({ count }) => count),
      [3, 5, 2],
    );
    const environment = environmentSummary('e', 'f', { state: 'busy', startedAt: 5 });
    model.apply({ type: 'environment', environment }, 40);
    model.disconnected(50);
    assert.equal([...model.lanes()][0]!.end, 50);
    assert.equal([...model.lanes()][0]!.busySince, undefined);
  });

  it('counts what runs, of each function and of all, also what began and ended in one batch', () => {
    const model = new TimelineModel();
    const tell = (requestId: string, status: 'running' | 'success', wall: number): void =>
      model.apply(
        { type: 'invocation', invocation: invocationSummary(requestId, 'f', { status, startedAt: wall }) },
        wall,
      );
    tell('a', 'running', 10);
    tell('a', 'running', 11);
    tell('b', 'running', 20);
    tell('a', 'success', 30);
    tell('b', 'success', 40);
    for (const name of ['f', ALL])
      assert.deepEqual(model.running(name).steps(), [
        { at: 10, count: 1 },
        { at: 20, count: 2 },
        { at: 30, count: 1 },
        { at: 40, count: 0 },
      ]);
    tell('c', 'success', 50);
    assert.equal(model.running('f').last, 0);
  });

  it('begins with what a host still knows: history, environments that live, and throttles', () => {
    const model = new TimelineModel();
    const past = (requestId: string, environmentId: string, startedAt: number) =>
      invocationSummary(requestId, 'f', { environmentId, startedAt, report: report(50) });
    const throttle: ThrottleSummary = {
      ...{ functionName: 'f', qualifier: '$LATEST', reason: 'R', at: 90, count: 2 },
      type: 'RequestResponse',
    };
    const snapshot: HostEvent = {
      ...{ type: 'snapshot', functions: [], layers: [], problems: [], clock: clock({}) },
      environments: [environmentSummary('alive', 'f', { state: 'idle', startedAt: 100, initMs: 30 })],
      invocations: [past('2', 'alive', 200), past('1', 'gone', 180), past('2', 'alive', 200)],
      pendingEvents: [{ functionName: 'f', count: 4 }],
      throttles: [throttle],
    };
    model.apply(snapshot, 1_000);
    model.apply(snapshot, 1_001);
    assert.deepEqual(
      [...model.lanes()].map(({ id, end, init, runs }) => [id, end, init.end, runs.length]),
      [
        ['alive', undefined, 130, 1],
        // Nobody knows of its init, so it has none.
        ['gone', 230, 180, 1],
      ],
    );
    assert.deepEqual(
      model
        .running(ALL)
        .steps()
        .map(({ at, count }) => [at, count]),
      [
        [180, 1],
        [200, 2],
        [230, 1],
        [250, 0],
      ],
    );
    assert.equal(model.pending('f').last, 4);
    assert.deepEqual(model.throttles, [throttle]);
    model.apply({ type: 'throttle', throttle: { ...throttle, count: 3 } }, 1_002);
    assert.deepEqual(
      model.throttles.map(({ count }) => count),
      [3],
    );
  });

  it('draws an attempt that was throttled before it ran', () => {
    const model = new TimelineModel();
    for (const status of ['throttled', 'throttled', 'success'] as const) {
      const over = { status, environmentId: 'e', startedAt: 5, report: report(1) };
      model.apply({ type: 'invocation', invocation: invocationSummary('r', 'f', over) }, 7);
    }
    assert.deepEqual(
      [...model.lanes()].map(({ runs }) => runs.length),
      [1],
    );
  });

  it('marks the try after a throttle, which is the same attempt, and not the first of all', () => {
    const model = new TimelineModel();
    for (const [status, cause, startedAt] of [
      ['running', 'call', 5],
      ['throttled', 'call', 5],
      ['running', 'throttle', 900],
      ['success', 'throttle', 900],
    ] as const) {
      const over = { type: 'Event', status, cause, startedAt } as const;
      model.apply({ type: 'invocation', invocation: invocationSummary('r', 'f', over) }, startedAt);
    }
    assert.deepEqual(
      model.retries.map(({ at, attempt, cause }) => [at, attempt, cause]),
      [[900, 1, 'throttle']],
    );
    assert.equal(model.running(ALL).last, 0);
  });

  it('keeps throttles in the order of time, also those that are told late', () => {
    const model = new TimelineModel();
    for (const at of [500, 900, 100, 700])
      model.apply(
        {
          type: 'throttle',
          throttle: {
            ...{ functionName: 'f', qualifier: '$LATEST', reason: 'R', at, count: 1 },
            type: 'Event',
          },
        },
        1_000,
      );
    assert.deepEqual(
      model.throttles.map(({ at }) => at),
      [100, 500, 700, 900],
    );
  });

  it('lets environments live on that are still there when the host is met again', () => {
    const model = new TimelineModel();
    const told = (states: Readonly<Record<string, 'init' | 'frozen' | 'busy'>>): HostEvent => ({
      ...{ type: 'snapshot', functions: [], layers: [], problems: [], clock: clock({}), invocations: [] },
      environments: Object.entries(states).map(([id, state]) => environmentSummary(id, 'f', { state })),
    });
    const states = { starts: 'init', sleeps: 'frozen', works: 'busy' } as const;
    model.apply(told({ ...states, goes: 'frozen' }), 100);
    model.disconnected(200);
    const { revision } = model;
    model.apply(told(states), 300);
    assert.ok(model.revision > revision);
    assert.deepEqual(
      [...model.lanes()].map(({ id, end, init, frozen, busySince }) => [
        id,
        end,
        init.end,
        frozen,
        busySince,
      ]),
      [
        ['starts', undefined, undefined, [], undefined],
        ['sleeps', undefined, 100, [{ start: 100 }], undefined],
        ['works', undefined, 100, [], 300],
        ['goes', 200, 100, [{ start: 100, end: 200 }], undefined],
      ],
    );
  });

  it('keeps so many runs over all lanes: of lanes that live the newest, and of the others none', () => {
    const model = new TimelineModel(100);
    const run = (nth: number, environmentId: string): void =>
      model.apply(
        {
          type: 'invocation',
          invocation: invocationSummary(`r${nth}`, 'f', {
            ...{ environmentId, startedAt: nth * 10, report: report(5) },
          }),
        },
        nth * 10 + 5,
      );
    for (let nth = 0; nth < 20; nth++) run(nth, 'old');
    const environment = environmentSummary('old', 'f', { state: 'stopped' });
    model.apply({ type: 'environment', environment }, 200);
    for (let nth = 20; nth < 101; nth++) run(nth, nth % 2 === 0 ? 'a' : 'b');
    assert.deepEqual(
      [...model.lanes()].map(({ id, runs }) => [id, runs.length]),
      [
        ['a', 41],
        ['b', 40],
      ],
    );
    for (let nth = 101; nth < 1_000; nth++) run(nth, nth % 2 === 0 ? 'a' : 'b');
    const lanes = [...model.lanes()];
    const count = lanes.reduce((sum, { runs }) => sum + runs.length, 0);
    assert.ok(count >= 90 && count <= 100, `${count} runs`);
    assert.deepEqual(
      lanes.flatMap(({ runs }) => runs.map(({ start }) => start)).sort((a, b) => b - a),
      Array.from({ length: count }, (_, nth) => 9_990 - nth * 10),
    );
  });

  it('marks later attempts with why they are made, once each', () => {
    const model = new TimelineModel();
    for (const status of ['running', 'running', 'error'] as const)
      model.apply(
        {
          type: 'invocation',
          invocation: invocationSummary('r', 'f', {
            status,
            attempt: 2,
            cause: 'function-error',
            startedAt: 7,
          }),
        },
        7,
      );
    assert.deepEqual(model.retries, [
      { at: 7, functionName: 'f', requestId: 'r', attempt: 2, cause: 'function-error' },
    ]);
  });

  it('knows and exports functions of which only pending events are known', () => {
    const model = new TimelineModel();
    model.apply({ type: 'pendingEvents', pending: { functionName: 'queued', count: 3 } }, 10);
    // Who asks for a series does not make its function known.
    model.pending('other');
    assert.deepEqual(model.functionNames(), ['queued']);
    const { traceEvents } = chromeTrace(model, 20);
    assert.deepEqual(
      traceEvents.map(({ name, args }) => [name, args]),
      [
        ['process_name', { name: 'queued' }],
        ['pending events', { count: 3 }],
      ],
    );
  });

  it('exports a Chrome trace: a process for the function, a thread for the environment, times in microseconds', () => {
    const model = oneLife();
    const { traceEvents, displayTimeUnit, otherData } = chromeTrace(model, 10_000);
    assert.equal(displayTimeUnit, 'ms');
    assert.equal(otherData['startedAt'], '1970-01-01T00:00:00.999Z');
    assert.deepEqual(
      traceEvents.filter(({ ph }) => ph === 'X').map(({ name, ts, dur }) => [name, ts, dur]),
      [
        ['init', 1_000, 140_000],
        ['success', 141_000, 20_000],
        ['frozen', 301_000, 7_700_000],
      ],
    );
    assert.deepEqual(
      traceEvents.filter(({ ph }) => ph === 'M').map(({ args }) => args?.['name']),
      ['f', '$LATEST e1'],
    );
  });
});
