/** What is drawn below what: tracks that stay at the top, then functions with their lanes. */
import type { Lane } from './lane.ts';
import type { TimelineModel } from './timelineModel.ts';

export type TrackId = 'throttles' | 'running' | 'pending' | 'retries';

export const TRACKS: readonly { readonly id: TrackId; readonly height: number }[] = [
  { id: 'throttles', height: 24 },
  { id: 'running', height: 44 },
  { id: 'pending', height: 44 },
  { id: 'retries', height: 24 },
];

/** Pixels. */
export const AXIS_HEIGHT = 26;
export const ROW_HEIGHT = 24;
export const LABEL_WIDTH = 184;
export const TRACKS_HEIGHT = TRACKS.reduce((sum, { height }) => sum + height, 0);
export const HEADER_HEIGHT = AXIS_HEIGHT + TRACKS_HEIGHT;

export type Row =
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly lanes: readonly Lane[];
    }
  | { readonly kind: 'lane'; readonly lane: Lane };

/** @param only the one function that is shown; undefined: all, by name */
export function rowsOf(model: TimelineModel, only: string | undefined): readonly Row[] {
  const byFunction = new Map<string, Lane[]>();
  for (const lane of model.lanes()) {
    if (only !== undefined && lane.functionName !== only) continue;
    const lanes = byFunction.get(lane.functionName);
    if (lanes === undefined) byFunction.set(lane.functionName, [lane]);
    else lanes.push(lane);
  }
  const rows: Row[] = [];
  for (const name of [...byFunction.keys()].sort()) {
    const lanes = byFunction.get(name) ?? [];
    lanes.sort((a, b) => a.start - b.start);
    rows.push({ kind: 'function', name, lanes });
    for (const lane of lanes) rows.push({ kind: 'lane', lane });
  }
  return rows;
}

/** Top of a track, from the top of the picture. */
export function trackTop(id: TrackId): number {
  let top = AXIS_HEIGHT;
  for (const track of TRACKS) {
    if (track.id === id) return top;
    top += track.height;
  }
  return top;
}

/** First and one after the last row that can be seen. */
export function visibleRows(
  count: number,
  scrollTop: number,
  height: number,
): { readonly first: number; readonly end: number } {
  return {
    first: Math.max(0, Math.floor(scrollTop / ROW_HEIGHT)),
    end: Math.min(count, Math.ceil((scrollTop + Math.max(0, height - HEADER_HEIGHT)) / ROW_HEIGHT)),
  };
}
