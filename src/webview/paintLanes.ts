/** Functions and their environments, of which only what can be seen is looked at. */
import { t } from '../extension/localize.ts';
import { firstRunAfter, type Lane, type Run } from '../timeline/lane.ts';
import type { Scene } from '../timeline/items.ts';
import { HEADER_HEIGHT, LABEL_WIDTH, ROW_HEIGHT, visibleRows, type Row } from '../timeline/rows.ts';
import { timeAt, xOf } from '../timeline/viewport.ts';
import { shortId, shownMs } from '../timeline/words.ts';
import type { Brush } from './brush.ts';
import type { Palette } from './palette.ts';

const BAR = { top: 4, height: 16 } as const;
/** Room that a text on a bar needs beside itself. */
const BESIDE = 10;
const LEAST_TEXT = 34;

export function paintLanes(brush: Brush, scene: Scene, height: number): void {
  const { rows, scrollTop } = scene;
  const { first, end } = visibleRows(rows.length, scrollTop, height);
  const { context, palette } = brush;
  context.save();
  context.beginPath();
  context.rect(0, HEADER_HEIGHT, brush.width, Math.max(0, height - HEADER_HEIGHT));
  context.clip();
  for (let index = first; index < end; index++) {
    const row = rows[index];
    const y = HEADER_HEIGHT + index * ROW_HEIGHT - scrollTop;
    if (row?.kind === 'function') paintFunction(brush, row, y);
    else if (row !== undefined) {
      brush.inTime(y, ROW_HEIGHT, () => paintLane(brush, scene, row.lane, y));
      const { lane } = row;
      const middle = y + ROW_HEIGHT / 2;
      const colour = lane.end === undefined ? palette.foreground : palette.muted;
      brush.text(shortId(lane.id), 22, middle, { colour, most: 76 });
      brush.text(lane.version, LABEL_WIDTH - 10, middle, {
        colour: palette.muted,
        align: 'right',
        size: 10,
        most: 72,
      });
    }
  }
  context.restore();
}

function paintFunction(
  brush: Brush,
  { name, lanes, earlier }: Extract<Row, { kind: 'function' }>,
  y: number,
): void {
  const alive = lanes.reduce((count, { end }) => (end === undefined ? count + 1 : count), 0);
  const middle = y + ROW_HEIGHT / 2;
  brush.fill(brush.palette.band, 0, y, brush.width, ROW_HEIGHT);
  brush.text(name, 10, middle, { bold: true, size: 12, most: LABEL_WIDTH - 16 });
  const text = alive === 1 ? t('1 environment') : t('{0} environments', alive);
  const shown = earlier === 0 ? text : `${text} · ${t('{0} ended before', earlier)}`;
  brush.text(shown, LABEL_WIDTH + 8, middle, { colour: brush.palette.muted });
}

export function runColour(palette: Palette, status: Run['status']): string {
  switch (status) {
    case 'success':
      return palette.success;
    case 'timeout':
      return palette.timeout;
    default:
      return palette.error;
  }
}

function paintLane(brush: Brush, { view, now }: Scene, lane: Lane, y: number): void {
  const end = lane.end ?? Math.max(now, lane.start);
  if (end < view.from || lane.start > view.to) return;
  const { palette } = brush;
  const x = (time: number): number => LABEL_WIDTH + Math.max(-8, Math.min(view.width + 8, xOf(view, time)));
  const ready = lane.init.end ?? end;
  const middle = y + ROW_HEIGHT / 2;
  // Idle is what is left where nothing else is.
  brush.fill(palette.idle, x(ready), middle - 2, x(end) - x(ready), 4, palette.isHighContrast ? 0.6 : 0.22);
  for (const frozen of lane.frozen) {
    const until = frozen.end ?? end;
    if (until < view.from || frozen.start > view.to) continue;
    const [from, to] = [x(frozen.start), x(until)];
    brush.fill(palette.background, from, middle - 2, to - from, 4);
    brush.line(palette.frozen, from, middle, to, middle, [2, 3]);
  }
  if (ready >= view.from) {
    const [from, to] = [x(lane.start), Math.max(x(lane.start) + 2, x(ready))];
    brush.bar(palette.init, from, y + BAR.top, to - from, BAR.height);
    label(brush, t('init'), shownMs(ready - lane.start), from, to, middle);
  }
  paintRuns(brush, lane, view.from, view.to, x, y, timeAt(view, 1) - view.from);
  if (lane.busySince !== undefined && lane.end === undefined) {
    const from = x(Math.max(lane.busySince, lane.runs.at(-1)?.end ?? 0));
    const to = Math.max(from + 3, x(end));
    brush.bar(palette.running, from, y + BAR.top, to - from, BAR.height);
    label(brush, t('running'), shownMs(Math.max(0, end - lane.busySince)), from, to, middle);
  }
  if (lane.end !== undefined) brush.fill(palette.muted, x(end) - 1, y + 5, 2, ROW_HEIGHT - 10);
}

/** Runs that are narrower than a pixel are drawn once for each pixel, the worst of them on top. */
function paintRuns(
  brush: Brush,
  lane: Lane,
  from: number,
  to: number,
  x: (time: number) => number,
  y: number,
  msOfPixel: number,
): void {
  const { runs } = lane;
  const { palette } = brush;
  const byStatus = new Map<Run['status'], [number, number][]>();
  const add = (status: Run['status'], left: number, right: number): void => {
    const spans = byStatus.get(status);
    if (spans === undefined) byStatus.set(status, [[left, right]]);
    else spans.push([left, right]);
  };
  const marked: (readonly [Run, number, number])[] = [];
  for (let index = firstRunAfter(runs, from); index < runs.length;) {
    const run = runs[index];
    if (run === undefined || run.start > to) break;
    const [left, right] = [x(run.start), x(run.end)];
    if (right - left >= 2) {
      add(run.status, left, right);
      if (right - left >= 5) marked.push([run, left, right]);
      index++;
      continue;
    }
    let worst = run;
    // What ends within the same pixel lies behind it.
    const next = Math.max(index + 1, firstRunAfter(runs, run.end + msOfPixel));
    for (let inside = index + 1; inside < next && worst.status === 'success'; inside++)
      worst = runs[inside] ?? worst;
    add(worst.status, left, left + 2);
    index = next;
  }
  // Failures last: on top of what went well.
  for (const status of ['success', 'throttled', 'timeout', 'error'] as const)
    brush.bars(runColour(palette, status), y + BAR.top, BAR.height, byStatus.get(status) ?? []);
  for (const [run, left, right] of marked) mark(brush, run, left, right, y);
}

/** Shape and words as well as colour. */
function mark(brush: Brush, run: Run, left: number, right: number, y: number): void {
  const middle = y + ROW_HEIGHT / 2;
  if (run.status !== 'success')
    brush.fill(brush.palette.onBar, left + 1.5, y + BAR.top + BAR.height - 3.5, right - left - 3, 2);
  const word =
    run.status === 'success' ? '' : run.status === 'timeout' ? t('timeout') : (run.errorType ?? t('error'));
  label(brush, word, shownMs(run.durationMs), left, right, middle);
}

/** As much of both as fits. */
function label(
  brush: Brush,
  word: string,
  length: string,
  left: number,
  right: number,
  middle: number,
): void {
  const from = Math.max(left, LABEL_WIDTH);
  const room = Math.min(right, brush.width) - from - BESIDE;
  if (room < LEAST_TEXT - BESIDE) return;
  const colour = brush.palette.onBar;
  const both = word === '' ? length : `${word} ${length}`;
  brush.context.font = `11px ${brush.palette.font}`;
  if (brush.widthOf(both) <= room) brush.text(both, from + BESIDE / 2, middle, { colour });
  else if (brush.widthOf(length) <= room) brush.text(length, from + BESIDE / 2, middle, { colour });
}
