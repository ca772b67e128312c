/** What lies where in the Timeline's picture: time on the x axis, rows below each other, and what is under a point. */
import assert from 'node:assert/strict';
import {
  hitTest,
  indexNear,
  indexOfItem,
  laneItems,
  placeOf,
  trackItems,
  type Scene,
} from '../../../src/timeline/items.ts';
import { firstRunAfter, segmentAt } from '../../../src/timeline/lane.ts';
import {
  HEADER_HEIGHT,
  LABEL_WIDTH,
  ROW_HEIGHT,
  rowsFrom,
  rowsOf,
  trackTop,
  visibleRows,
} from '../../../src/timeline/rows.ts';
import { overlap, Series } from '../../../src/timeline/series.ts';
import { TimelineModel } from '../../../src/timeline/timelineModel.ts';
import {
  following,
  panned,
  revealing,
  tickLabel,
  ticks,
  timeAt,
  xOf,
  zoomed,
  type Viewport,
} from '../../../src/timeline/viewport.ts';
import { environmentSummary, invocationSummary } from '../extension/builders.ts';

const view: Viewport = { from: 0, to: 1_000, width: 500 };

/** `b` has one environment that is ready at 100 and runs from 200 to 300 and from 400 to 401; `a` has one that idles. */
function aScene(over: Partial<Scene> = {}): Scene {
  const model = new TimelineModel();
  const environment = (id: string, name: string, initMs: number): void =>
    model.apply(
      {
        ...{ type: 'snapshot', functions: [], layers: [], problems: [], invocations: [] },
        clock: { serviceTime: 0, wallTime: 0, speed: 1, frozen: false, waiting: 0 },
        environments: [
          ...[...model.lanes()].map(lane => environmentSummary(lane.id, lane.functionName, { initMs: 100 })),
          environmentSummary(id, name, { state: 'idle', startedAt: 0, initMs }),
        ],
      },
      500,
    );
  environment('eb', 'b', 100);
  environment('ea', 'a', 50);
  for (const [requestId, startedAt, durationMs] of [
    ['r1', 200, 100],
    ['r2', 400, 1],
  ] as const) {
    const report = { durationMs, billedMs: durationMs, memorySizeMb: 128, maxMemoryUsedMb: 60 };
    const invocation = invocationSummary(requestId, 'b', { environmentId: 'eb', startedAt, report });
    model.apply({ type: 'invocation', invocation }, startedAt + durationMs);
  }
  model.apply(
    {
      type: 'throttle',
      throttle: {
        ...{ functionName: 'b', qualifier: '$LATEST', reason: 'ConcurrentInvocationLimitExceeded' },
        ...{ type: 'RequestResponse', at: 250, count: 3 },
      },
    },
    250,
  );
  return { model, rows: rowsOf(model, undefined), only: undefined, view, scrollTop: 0, now: 800, ...over };
}
const at = (time: number): number => LABEL_WIDTH + xOf(view, time);
const yOfRow = (index: number): number => HEADER_HEIGHT + index * ROW_HEIGHT + 5;

describe('the timeline’s geometry', () => {
  it('turns times into places and back, zooms around a point, pans and follows', () => {
    assert.equal(xOf(view, 250), 125);
    assert.equal(timeAt(view, 125), 250);
    assert.deepEqual(zoomed(view, 0.5, 500), { from: 250, to: 750, width: 500 });
    assert.equal(xOf(zoomed(view, 0.1, 300), 300), xOf(view, 300));
    assert.deepEqual(panned(view, -100), { from: -100, to: 900, width: 500 });
    const after = following(view, 5_000);
    assert.deepEqual([after.to - after.from, after.to > 5_000, after.from < 5_000], [1_000, true, true]);
    assert.ok(zoomed(view, 1e-9, 0).to - zoomed(view, 1e-9, 0).from >= 1, 'zoom has an end');
  });

  it('brings into view what is not, as little as needed', () => {
    assert.equal(revealing(view, 300, 400), view);
    assert.equal(revealing(view, 2, 999), view, 'what is there at all stays where it is');
    assert.equal(revealing(view, 1_500, 1_520).to, 1_600);
    assert.equal(revealing(view, -500, -400).from, -580);
    // Of what is longer than the view, its beginning.
    assert.ok(revealing(view, 2_000, 9_000).from < 2_000);
  });

  it('labels round times, as exact as their distance needs', () => {
    const { step, times } = ticks({ from: 1_003, to: 2_000, width: 500 }, 100);
    assert.deepEqual([step, times], [200, [1_200, 1_400, 1_600, 1_800, 2_000]]);
    const noon = new Date(2026, 0, 1, 12, 5, 9, 42).getTime();
    assert.deepEqual(
      [1, 1_000, 60_000].map(one => tickLabel(noon, one)),
      ['12:05:09.042', '12:05:09', '12:05'],
    );
    assert.ok(ticks({ from: 0, to: 3e9, width: 500 }, 100).times.length <= 6);
  });

  it('puts functions by name, lanes below them, and looks only at rows that can be seen', () => {
    const { rows, model } = aScene();
    assert.deepEqual(
      rows.map(row => (row.kind === 'function' ? row.name : row.lane.id)),
      ['a', 'ea', 'b', 'eb'],
    );
    assert.equal(rowsOf(model, 'b').length, 2);
    assert.deepEqual(visibleRows(1_000, 10 * ROW_HEIGHT, HEADER_HEIGHT + 5 * ROW_HEIGHT), {
      first: 10,
      end: 15,
    });
    assert.deepEqual(visibleRows(3, 0, 10_000), { first: 0, end: 3 });
  });

  it('keeps what is chosen where others go or come before it', () => {
    const scene = aScene();
    const lane = scene.model.lane('eb')!;
    const chosen = laneItems(lane, 800).find(
      item => item.kind === 'lane' && item.segment.run?.requestId === 'r2',
    )!;
    assert.equal(indexOfItem(laneItems(lane, 800), chosen), 2);
    lane.runs.shift();
    assert.equal(indexOfItem(laneItems(lane, 800), chosen), 1);
    lane.runs.shift();
    assert.equal(indexOfItem(laneItems(lane, 800), chosen), indexNear(laneItems(lane, 800), 400));
    const [throttle] = trackItems(scene, 'throttles');
    const again = { ...scene.model.throttles[0]!, count: 9 };
    scene.model.apply({ type: 'throttle', throttle: { ...again, at: 10 } }, 900);
    scene.model.apply({ type: 'throttle', throttle: again }, 900);
    assert.equal(indexOfItem(trackItems(scene, 'throttles'), throttle!), 1);
  });

  it('has what lives on top, the newest first, and leaves out what ended before what is shown', () => {
    const model = new TimelineModel();
    const tell = (id: string, startedAt: number, state: 'idle' | 'stopped', wall: number): void =>
      model.apply(
        { type: 'environment', environment: environmentSummary(id, 'f', { state, startedAt }) },
        wall,
      );
    for (const [id, startedAt] of [
      ['first', 0],
      ['second', 100],
      ['third', 200],
      ['fourth', 300],
    ] as const)
      tell(id, startedAt, 'idle', startedAt + 1);
    tell('first', 0, 'stopped', 150);
    tell('second', 100, 'stopped', 250);
    const shown = (from: number, kept?: string): readonly (string | number)[] =>
      rowsFrom(model, { from, kept }).rows.map(row => (row.kind === 'lane' ? row.lane.id : row.earlier));
    assert.deepEqual(shown(0), [0, 'fourth', 'third', 'second', 'first']);
    assert.deepEqual(shown(151), [1, 'fourth', 'third', 'second']);
    assert.deepEqual(shown(1_000), [2, 'fourth', 'third']);
    assert.deepEqual(shown(1_000, 'first'), [1, 'fourth', 'third', 'first']);
    const { after, until } = rowsFrom(model, { from: 200 });
    assert.deepEqual([after, until], [150, 250]);
  });

  it('knows what a lane is at each time', () => {
    const { model } = aScene();
    const lane = model.lane('eb')!;
    const kind = (time: number): string | undefined => segmentAt(lane, time, 800)?.kind;
    assert.deepEqual([-1, 50, 150, 250, 350, 790, 900].map(kind), [
      undefined,
      'init',
      'idle',
      'run',
      'idle',
      'idle',
      undefined,
    ]);
    assert.deepEqual(
      [0, 299, 300, 401].map(time => firstRunAfter(lane.runs, time)),
      [0, 0, 1, 2],
    );
    assert.deepEqual(
      laneItems(lane, 800).map(item => item.kind === 'lane' && item.segment.kind),
      ['init', 'run', 'run', 'idle'],
    );
  });

  it('finds what is under a point, also where it is narrower than a finger', () => {
    const scene = aScene();
    const hit = (x: number, y: number): string => {
      const found = hitTest(scene, x, y);
      const item = found?.item;
      if (item?.kind === 'lane') return `${found?.row} ${item.segment.run?.requestId ?? item.segment.kind}`;
      return `${found?.row} ${item?.kind}`;
    };
    assert.equal(hit(at(250), yOfRow(3)), 'eb r1');
    assert.equal(hit(at(400) + 3, yOfRow(3)), 'eb r2');
    assert.equal(hit(at(50), yOfRow(3)), 'eb init');
    assert.equal(hit(at(600), yOfRow(1)), 'ea idle');
    assert.equal(hit(at(600), yOfRow(2)), 'undefined undefined', 'a function’s name is no lane');
    assert.equal(hit(20, yOfRow(3)), 'eb undefined', 'its label');
    assert.equal(hit(at(250) + 3, trackTop('throttles') + 8), 'throttles throttle');
    assert.equal(hit(at(500), trackTop('throttles') + 8), 'throttles undefined');
    const scrolled = hitTest({ ...scene, scrollTop: 2 * ROW_HEIGHT }, at(250), yOfRow(1));
    assert.equal(scrolled?.row, 'eb');
    assert.deepEqual(
      ['eb', 'throttles', 'none'].map(row => placeOf({ ...scene, scrollTop: 10 }, row)?.top),
      [HEADER_HEIGHT + 3 * ROW_HEIGHT - 10, trackTop('throttles'), undefined],
    );
  });

  it('shows of tracks what concerns the function that is chosen', () => {
    assert.equal(trackItems(aScene(), 'throttles').length, 1);
    assert.equal(trackItems(aScene({ only: 'a' }), 'throttles').length, 0);
    const items = laneItems(aScene().model.lane('eb')!, 800);
    assert.deepEqual(
      [-5, 250, 9_999].map(time => indexNear(items, time)),
      [0, 1, 3],
    );
  });
});

describe('a series of the timeline', () => {
  it('answers what held at a time, and never goes back', () => {
    const series = new Series();
    series.add(10, 1);
    series.add(20, 2);
    series.add(15, 3);
    assert.deepEqual(series.steps(), [
      { at: 10, count: 1 },
      { at: 20, count: 3 },
    ]);
    assert.deepEqual(
      [5, 10, 25].map(time => series.at(time)),
      [0, 1, 3],
    );
  });

  it('stays bounded and keeps its peaks, finest where it is newest', () => {
    const series = new Series();
    for (let at = 1; at <= 20_000; at++) series.add(at, at === 10_001 ? 500 : at % 2);
    const steps = series.steps();
    assert.ok(steps.length <= 4_000, String(steps.length));
    assert.ok(steps.some(({ count }) => count === 500));
    assert.ok((steps[0]?.at ?? Infinity) < 2_000, 'it reaches back');
    assert.equal(steps.at(-1)?.at, 20_000);
    assert.ok(steps.every(({ at }, index) => index === 0 || at > steps[index - 1]!.at));
  });

  it('counts spans over each other', () => {
    const spans = [
      { start: 0, end: 10 },
      { start: 5, end: 15 },
      { start: 10, end: 20 },
    ];
    assert.deepEqual(
      overlap(spans).map(({ at, count }) => [at, count]),
      [
        [0, 1],
        [5, 2],
        [10, 2],
        [15, 1],
        [20, 0],
      ],
    );
  });
});
