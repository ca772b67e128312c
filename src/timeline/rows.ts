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
      /** Those that are shown. */
      readonly lanes: readonly Lane[];
      /** How many had ended before what is shown, and are left out. */
      readonly earlier: number;
    }
  | { readonly kind: 'lane'; readonly lane: Lane };

export interface RowsAsked {
  /** The one function that is shown; undefined: all, by name. */
  readonly only?: string | undefined;
  /** Lanes that ended before are left out: of them nothing is seen. */
  readonly from?: number;
  /** Id of a lane that stays nonetheless. */
  readonly kept?: string | undefined;
}

export interface RowsAnswer {
  readonly rows: readonly Row[];
  /** The rows are the same for each `from` above `after`, up to `until`. */
  readonly after: number;
  readonly until: number;
}

/** Of each function the lanes that live first, then those that have ended, the newest on top. */
export function rowsFrom(model: TimelineModel, { only, from = -Infinity, kept }: RowsAsked = {}): RowsAnswer {
  const byFunction = new Map<string, { readonly lanes: Lane[]; earlier: number }>();
  let [after, until] = [-Infinity, Infinity];
  for (const lane of model.lanes()) {
    const { functionName, end = Infinity } = lane;
    if (only !== undefined && functionName !== only) continue;
    let own = byFunction.get(functionName);
    if (own === undefined) byFunction.set(functionName, (own = { lanes: [], earlier: 0 }));
    if (lane.id === kept) own.lanes.push(lane);
    else if (end < from) {
      own.earlier++;
      after = Math.max(after, end);
    } else {
      own.lanes.push(lane);
      until = Math.min(until, end);
    }
  }
  const rows: Row[] = [];
  for (const name of [...byFunction.keys()].sort()) {
    const { lanes = [], earlier = 0 } = byFunction.get(name) ?? {};
    lanes.sort((a, b) => Number(a.end !== undefined) - Number(b.end !== undefined) || b.start - a.start);
    rows.push({ kind: 'function', name, lanes, earlier });
    for (const lane of lanes) rows.push({ kind: 'lane', lane });
  }
  return { rows, after, until };
}

export const rowsOf = (model: TimelineModel, only: string | undefined): readonly Row[] =>
  rowsFrom(model, { only }).rows;

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
