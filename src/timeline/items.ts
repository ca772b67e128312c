/** What can be pointed at and walked over by keys: segments of lanes, marks and steps of tracks. */
import type { ThrottleSummary } from '../protocol/model.ts';
import { throttleKey } from '../protocol/throttle.ts';
import { segmentAt, type Lane, type Segment } from './lane.ts';
import {
  AXIS_HEIGHT,
  HEADER_HEIGHT,
  LABEL_WIDTH,
  ROW_HEIGHT,
  TRACKS,
  trackTop,
  type Row,
  type TrackId,
} from './rows.ts';
import type { Step } from './series.ts';
import { ALL, type Retry, type TimelineModel } from './timelineModel.ts';
import { timeAt, xOf, type Viewport } from './viewport.ts';

export type Item =
  | { readonly kind: 'lane'; readonly lane: Lane; readonly segment: Segment }
  | { readonly kind: 'throttle'; readonly throttle: ThrottleSummary }
  | { readonly kind: 'retry'; readonly retry: Retry }
  | { readonly kind: 'running' | 'pending'; readonly step: Step };

/** What is shown, of which functions. */
export interface Scene {
  readonly model: TimelineModel;
  readonly rows: readonly Row[];
  readonly only: string | undefined;
  readonly view: Viewport;
  readonly scrollTop: number;
  readonly now: number;
}

/** Pixels beside a narrow mark that still count as on it. */
const NEAR = 4;

export const throttlesOf = ({ model, only }: Scene): readonly ThrottleSummary[] =>
  only === undefined ? model.throttles : model.throttles.filter(({ functionName }) => functionName === only);

export const retriesOf = ({ model, only }: Scene): readonly Retry[] =>
  only === undefined ? model.retries : model.retries.filter(({ functionName }) => functionName === only);

/** All that a track has, in the order of time. */
export function trackItems(scene: Scene, track: TrackId): readonly Item[] {
  const name = scene.only ?? ALL;
  switch (track) {
    case 'throttles':
      return throttlesOf(scene).map(throttle => ({ kind: 'throttle', throttle }));
    case 'retries':
      return retriesOf(scene).map(retry => ({ kind: 'retry', retry }));
    case 'running':
      return scene.model
        .running(name)
        .steps()
        .map(step => ({ kind: 'running', step }));
    case 'pending':
      return scene.model
        .pending(name)
        .steps()
        .map(step => ({ kind: 'pending', step }));
  }
}

/** Init, every run, and what it is now: what one walks over by keys. */
export function laneItems(lane: Lane, now: number): readonly Item[] {
  const end = lane.end ?? Math.max(now, lane.start);
  const segments: Segment[] = [{ kind: 'init', start: lane.start, end: Math.min(end, lane.init.end ?? end) }];
  for (const run of lane.runs) segments.push({ kind: 'run', start: run.start, end: run.end, run });
  if (lane.init.end !== undefined) {
    const last = segmentAt(lane, end, now);
    if (last !== undefined && last.kind !== 'run' && last.kind !== 'init') segments.push(last);
  }
  return segments.map(segment => ({ kind: 'lane', lane, segment }));
}

/** From when to when it is, to bring it into view. */
export function spanOf(item: Item): readonly [number, number] {
  switch (item.kind) {
    case 'lane':
      return [item.segment.start, item.segment.end];
    case 'throttle':
      return [item.throttle.at, item.throttle.at];
    case 'retry':
      return [item.retry.at, item.retry.at];
    default:
      return [item.step.at, item.step.at];
  }
}

/** Index of the last item that begins at or before a time; 0 where none does. */
export function indexNear(items: readonly Item[], time: number): number {
  return Math.max(
    0,
    items.findLastIndex(item => spanOf(item)[0] <= time),
  );
}

/** What tells an item from the others of its row, as long as it is there. */
function itemKey(item: Item): string {
  switch (item.kind) {
    case 'lane': {
      const { kind, start, run } = item.segment;
      if (run !== undefined) return `${run.requestId} ${run.attempt}`;
      return kind === 'init' ? kind : `${kind} ${start}`;
    }
    case 'throttle':
      return throttleKey(item.throttle);
    case 'retry':
      return `${item.retry.requestId} ${item.retry.attempt} ${item.retry.at}`;
    default:
      return String(item.step.at);
  }
}

/** Index of an item among those of its row as they are now: of what is not there any more, of the one that lies there. */
export function indexOfItem(items: readonly Item[], item: Item): number {
  const key = itemKey(item);
  const at = items.findLastIndex(one => itemKey(one) === key);
  return at >= 0 ? at : indexNear(items, spanOf(item)[0]);
}

/** Where a track or lane lies in the picture; undefined where it is not shown. */
export function placeOf(
  { rows, scrollTop }: Scene,
  row: string,
): { readonly top: number; readonly height: number } | undefined {
  const track = TRACKS.find(({ id }) => id === row);
  if (track !== undefined) return { top: trackTop(track.id), height: track.height };
  const index = rows.findIndex(one => one.kind === 'lane' && one.lane.id === row);
  if (index < 0) return undefined;
  return { top: HEADER_HEIGHT + index * ROW_HEIGHT - scrollTop, height: ROW_HEIGHT };
}

export interface Hit {
  /** Of a track, or the id of a lane. */
  readonly row: string;
  readonly item: Item | undefined;
}

/** What lies at a point of the picture; undefined outside of tracks and lanes. */
export function hitTest(scene: Scene, x: number, y: number): Hit | undefined {
  const inTime = x - LABEL_WIDTH;
  if (y < HEADER_HEIGHT) {
    let top = AXIS_HEIGHT;
    for (const { id, height } of TRACKS) {
      if (y >= top && y < top + height)
        return { row: id, item: inTime < 0 ? undefined : onTrack(scene, id, inTime) };
      top += height;
    }
    return undefined;
  }
  const row = scene.rows[Math.floor((y - HEADER_HEIGHT + scene.scrollTop) / ROW_HEIGHT)];
  if (row?.kind !== 'lane') return undefined;
  const { lane } = row;
  if (inTime < 0) return { row: lane.id, item: undefined };
  const segment = onLane(scene, lane, inTime);
  return { row: lane.id, item: segment && { kind: 'lane', lane, segment } };
}

/** A run that is narrower than a finger counts a little beside it too. */
function onLane({ view, now }: Scene, lane: Lane, x: number): Segment | undefined {
  const exact = segmentAt(lane, timeAt(view, x), now);
  if (exact?.kind === 'run') return exact;
  const reach = timeAt(view, NEAR) - view.from;
  const time = timeAt(view, x);
  const near = lane.runs.find(run => run.end >= time - reach && run.start <= time + reach);
  if (near !== undefined) return { kind: 'run', start: near.start, end: near.end, run: near };
  return exact;
}

function onTrack(scene: Scene, id: TrackId, x: number): Item | undefined {
  const items = trackItems(scene, id);
  if (id === 'running' || id === 'pending') {
    const index = items.findLastIndex(item => spanOf(item)[0] <= timeAt(scene.view, x));
    return items[index];
  }
  let best: Item | undefined;
  let distance = NEAR + 2;
  for (const item of items) {
    const away = Math.abs(xOf(scene.view, spanOf(item)[0]) - x);
    if (away <= distance) [best, distance] = [item, away];
  }
  return best;
}
