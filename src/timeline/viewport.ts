/** The stretch of time that is shown, and how wide. */
export interface Viewport {
  /** Epoch milliseconds of service time at the left and at the right edge. */
  readonly from: number;
  readonly to: number;
  /** Pixels between them. */
  readonly width: number;
}

const LEAST_MS = 5;
const MOST_MS = 8 * 86_400_000;

export const xOf = ({ from, to, width }: Viewport, time: number): number =>
  ((time - from) / (to - from)) * width;

export const timeAt = ({ from, to, width }: Viewport, x: number): number => from + (x / width) * (to - from);

/** @param factor below 1 shows less time */
export function zoomed(view: Viewport, factor: number, around: number): Viewport {
  const span = Math.min(MOST_MS, Math.max(LEAST_MS, (view.to - view.from) * factor));
  const part = (around - view.from) / (view.to - view.from);
  return { ...view, from: around - span * part, to: around + span * (1 - part) };
}

export const panned = (view: Viewport, byMs: number): Viewport => ({
  ...view,
  from: view.from + byMs,
  to: view.to + byMs,
});

/** As much time as before, with a little room after what is followed. */
export function following(view: Viewport, now: number): Viewport {
  const to = now + (view.to - view.from) * 0.04;
  return { ...view, from: to - (view.to - view.from), to };
}

/** Moved as little as needed for the time to be within. */
export function revealing(view: Viewport, start: number, end: number): Viewport {
  if (start >= view.from && end <= view.to) return view;
  const margin = (view.to - view.from) * 0.08;
  if (end > view.to - margin)
    view = panned(view, Math.min(end - view.to + margin, start - view.from - margin));
  if (start < view.from + margin) view = panned(view, start - view.from - margin);
  return view;
}

const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000,
];

export interface Ticks {
  /** Milliseconds between two. */
  readonly step: number;
  readonly times: readonly number[];
}

/** Round times, at least `spacing` pixels apart. `offset`: milliseconds that the user's time zone is ahead. */
export function ticks(view: Viewport, spacing: number, offset = 0): Ticks {
  const least = ((view.to - view.from) / Math.max(1, view.width)) * spacing;
  const step = STEPS.find(one => one >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
  const times: number[] = [];
  for (let at = Math.ceil((view.from + offset) / step) * step - offset; at <= view.to; at += step)
    times.push(at);
  return { step, times };
}

/** `14:02:11`, with as many digits after it as the step needs. */
export function tickLabel(time: number, step: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (step >= 60_000) return minutes;
  const seconds = `${minutes}:${two(date.getSeconds())}`;
  if (step >= 1_000) return seconds;
  return `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
