/** The whole picture: axis, tracks, lanes, legend, and what is chosen. */
import { t } from '../extension/localize.ts';
import {
  indexOfItem,
  laneItems,
  placeOf,
  retriesOf,
  spanOf,
  throttlesOf,
  trackItems,
  type Item,
  type Scene,
} from '../timeline/items.ts';
import { AXIS_HEIGHT, HEADER_HEIGHT, LABEL_WIDTH, TRACKS, trackTop, type TrackId } from '../timeline/rows.ts';
import type { Series } from '../timeline/series.ts';
import { ALL } from '../timeline/timelineModel.ts';
import { tickLabel, ticks, xOf } from '../timeline/viewport.ts';
import { trackName } from '../timeline/words.ts';
import type { Brush } from './brush.ts';
import { paintLanes } from './paintLanes.ts';

export const LEGEND_HEIGHT = 26;

/** Which row, and which of its items; none of a row that had none. */
export interface Chosen {
  /** Of a track, or the id of a lane. */
  readonly row: string;
  readonly item: Item | undefined;
}

export function itemsOf(scene: Scene, row: string): readonly Item[] {
  const lane = scene.model.lane(row);
  return lane === undefined ? trackItems(scene, row as TrackId) : laneItems(lane, scene.now);
}

export function paint(brush: Brush, scene: Scene, chosen: Chosen | undefined): void {
  const { palette, width, height } = brush;
  const bottom = height - LEGEND_HEIGHT;
  brush.fill(palette.background, 0, 0, width, height);
  paintAxis(brush, scene, bottom);
  paintLanes(brush, scene, bottom);
  for (const { id } of TRACKS) paintTrack(brush, scene, id);
  brush.line(palette.line, 0, HEADER_HEIGHT + 0.5, width, HEADER_HEIGHT + 0.5);
  brush.line(palette.line, LABEL_WIDTH + 0.5, 0, LABEL_WIDTH + 0.5, bottom);
  const now = xOf(scene.view, scene.now);
  if (now >= 0 && now <= scene.view.width) {
    const x = Math.round(LABEL_WIDTH + now) + 0.5;
    brush.line(palette.focus, x, AXIS_HEIGHT - 6, x, bottom);
  }
  if (chosen !== undefined) paintChosen(brush, scene, chosen, bottom);
  paintLegend(brush, bottom);
}

function paintAxis(brush: Brush, scene: Scene, bottom: number): void {
  const { palette } = brush;
  const offset = -new Date(scene.view.from).getTimezoneOffset() * 60_000;
  const { step, times } = ticks(scene.view, 92, offset);
  brush.inTime(0, bottom, () => {
    paintClock(brush, scene, bottom);
    for (const time of times) {
      const x = Math.round(LABEL_WIDTH + xOf(scene.view, time)) + 0.5;
      brush.context.globalAlpha = palette.isHighContrast ? 0.4 : 0.6;
      brush.line(palette.line, x, AXIS_HEIGHT, x, bottom);
      brush.context.globalAlpha = 1;
      brush.text(tickLabel(time, step), x + 4, AXIS_HEIGHT / 2, { colour: palette.muted, size: 10 });
    }
  });
  const date = new Date(scene.view.to);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  brush.text(day, 10, AXIS_HEIGHT / 2, { colour: palette.muted, size: 10 });
  brush.line(palette.line, 0, AXIS_HEIGHT - 0.5, brush.width, AXIS_HEIGHT - 0.5);
}

/** Where service time ran faster than the machine's there is a tint; where it stood still, a line. */
function paintClock(brush: Brush, { model, view, now }: Scene, bottom: number): void {
  const { palette } = brush;
  for (const [index, { at, speed }] of model.clockChanges.entries()) {
    const until = model.clockChanges[index + 1]?.at ?? now;
    if (speed === 1 || until < view.from || at > view.to) continue;
    const from = Math.max(0, xOf(view, at));
    const to = Math.min(view.width, xOf(view, until));
    const x = LABEL_WIDTH + from;
    if (speed > 1)
      brush.fill(palette.pending, x, AXIS_HEIGHT, Math.max(1, to - from), bottom - AXIS_HEIGHT, 0.06);
    else brush.line(palette.frozen, Math.round(x) + 0.5, AXIS_HEIGHT, Math.round(x) + 0.5, bottom, [4, 3]);
    const text = speed > 1 ? `${speed}×` : t('clock frozen');
    brush.text(text, x + 4, AXIS_HEIGHT + 6, {
      size: 9,
      colour: speed > 1 ? palette.pending : palette.frozen,
    });
  }
}

function paintTrack(brush: Brush, scene: Scene, id: TrackId): void {
  const { palette } = brush;
  const track = TRACKS.find(one => one.id === id);
  if (track === undefined) return;
  const [top, height] = [trackTop(id), track.height];
  const middle = top + height / 2;
  brush.text(trackName(id), 10, middle, { most: LABEL_WIDTH - 52 });
  const bottom = top + height - 0.5;
  brush.line(palette.line, 0, bottom, brush.width, bottom);
  const name = scene.only ?? ALL;
  const count = (value: number): void =>
    brush.text(String(value), LABEL_WIDTH - 10, middle, { align: 'right', bold: true });
  if (id === 'running' || id === 'pending') {
    const series = id === 'running' ? scene.model.running(name) : scene.model.pending(name);
    const colour = id === 'running' ? palette.running : palette.pending;
    count(series.at(scene.now));
    brush.inTime(top, height, () => paintSeries(brush, scene, series, colour, top, height));
    return;
  }
  const marks = id === 'throttles' ? throttlesOf(scene) : retriesOf(scene);
  const colour = id === 'throttles' ? palette.error : palette.timeout;
  let all = 0;
  for (const mark of marks) all += 'count' in mark ? mark.count : 1;
  count(all);
  brush.inTime(top, height, () => {
    let last = -Infinity;
    for (const mark of marks) {
      const x = LABEL_WIDTH + xOf(scene.view, mark.at);
      // Marks of one place are one mark.
      if (x < LABEL_WIDTH - 8 || x > brush.width + 8 || x - last < 2) continue;
      last = x;
      if ('count' in mark) triangle(brush, colour, x, middle, 5 + Math.min(3, Math.log10(mark.count)));
      else diamond(brush, colour, x, middle);
    }
  });
}

/** Steps as an area; of those within one pixel the highest. */
function paintSeries(
  brush: Brush,
  { view, now }: Scene,
  series: Series,
  colour: string,
  top: number,
  height: number,
): void {
  const steps = series.steps();
  const first = Math.max(0, series.indexAt(view.from));
  const end = series.indexAt(view.to) + 1;
  let most = 1;
  for (let index = first; index < end; index++) most = Math.max(most, steps[index]?.count ?? 0);
  const [low, high] = [top + height - 3, top + 6];
  const y = (count: number): number => low - (count / most) * (low - high);
  const x = (time: number): number => LABEL_WIDTH + Math.max(0, Math.min(view.width, xOf(view, time)));
  const area = (count: number, from: number, to: number): void => {
    if (count === 0) return;
    brush.fill(colour, from, y(count), to - from, low - y(count), 0.35);
    brush.fill(colour, from, y(count) - 1, to - from, 1.5);
  };
  for (let index = first; index < end;) {
    const left = x(steps[index]?.at ?? now);
    let last = index;
    let highest = steps[index]?.count ?? 0;
    while (last + 1 < end && x(steps[last + 1]?.at ?? now) - left < 1) {
      last++;
      highest = Math.max(highest, steps[last]?.count ?? 0);
    }
    const until = x(last + 1 < steps.length ? (steps[last + 1]?.at ?? now) : now);
    area(highest, left, left + 1);
    area(steps[last]?.count ?? 0, left + 1, Math.max(left + 1, until));
    index = last + 1;
  }
  if (end <= first) return;
  brush.text(t('max {0}', most), brush.width - 6, top + 9, {
    size: 9,
    colour: brush.palette.muted,
    align: 'right',
  });
}

function triangle({ context }: Brush, colour: string, x: number, y: number, size: number): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x - size, y - size + 1);
  context.lineTo(x + size, y - size + 1);
  context.lineTo(x, y + size);
  context.fill();
}

function diamond({ context }: Brush, colour: string, x: number, y: number): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x, y - 6);
  context.lineTo(x + 5, y);
  context.lineTo(x, y + 6);
  context.lineTo(x - 5, y);
  context.fill();
}

function paintChosen(brush: Brush, scene: Scene, { row, item: chosen }: Chosen, bottom: number): void {
  const place = placeOf(scene, row);
  if (place === undefined) return;
  const { top, height } = place;
  const isTrack = TRACKS.some(({ id }) => id === row);
  if (!isTrack && (top + height <= HEADER_HEIGHT || top >= bottom)) return;
  const { context, palette } = brush;
  context.save();
  context.beginPath();
  context.rect(0, isTrack ? 0 : HEADER_HEIGHT, brush.width, bottom);
  context.clip();
  context.strokeStyle = palette.focus;
  context.lineWidth = 1;
  context.strokeRect(1.5, top + 1.5, LABEL_WIDTH - 3, height - 3);
  const items = chosen && itemsOf(scene, row);
  const item = chosen && items?.[indexOfItem(items, chosen)];
  if (item !== undefined) {
    const [start, end] = spanOf(item);
    const isMark = item.kind !== 'lane';
    const left = LABEL_WIDTH + Math.max(-4, xOf(scene.view, start) - (isMark ? 8 : 2));
    const right = LABEL_WIDTH + Math.min(scene.view.width + 4, xOf(scene.view, end) + (isMark ? 8 : 2));
    if (right >= LABEL_WIDTH && left <= brush.width) {
      context.lineWidth = 2;
      context.strokeRect(Math.max(LABEL_WIDTH + 1, left), top + 2, Math.max(5, right - left), height - 4);
    }
  }
  context.restore();
}

function paintLegend(brush: Brush, top: number): void {
  const { palette } = brush;
  brush.fill(palette.background, 0, top, brush.width, LEGEND_HEIGHT);
  brush.line(palette.line, 0, top + 0.5, brush.width, top + 0.5);
  const middle = top + LEGEND_HEIGHT / 2;
  let x = 10;
  const entry = (word: string, draw: (x: number) => void): void => {
    draw(x);
    brush.text(word, x + 20, middle, { colour: palette.muted, size: 10 });
    x += 36 + brush.widthOf(word);
  };
  const bar =
    (colour: string) =>
    (at: number): void =>
      brush.bar(colour, at, middle - 5, 14, 10);
  entry(t('Init'), bar(palette.init));
  entry(t('Running'), bar(palette.running));
  entry(t('Success'), bar(palette.success));
  entry(t('Error'), at => {
    brush.bar(palette.error, at, middle - 5, 14, 10);
    brush.fill(palette.onBar, at + 2, middle + 1.5, 10, 2);
  });
  entry(t('Timeout'), at => {
    brush.bar(palette.timeout, at, middle - 5, 14, 10);
    brush.fill(palette.onBar, at + 2, middle + 1.5, 10, 2);
  });
  entry(t('Idle'), at =>
    brush.fill(palette.idle, at, middle - 2, 14, 4, palette.isHighContrast ? 0.6 : 0.22),
  );
  entry(t('Frozen'), at => brush.line(palette.frozen, at, middle + 0.5, at + 14, middle + 0.5, [2, 3]));
  entry(t('Stopped'), at => brush.fill(palette.muted, at + 6, middle - 6, 2, 12));
  if (x + 60 < brush.width)
    brush.text('Lamplight', brush.width - 10, middle, { colour: palette.muted, size: 10, align: 'right' });
}
