/** What the page shows and how it changes; nothing here draws. */
import {
  hitTest,
  indexNear,
  indexOfItem,
  spanOf,
  type Hit,
  type Item,
  type Scene,
} from '../timeline/items.ts';
import type { Arrived } from '../timeline/messages.ts';
import { HEADER_HEIGHT, ROW_HEIGHT, rowsFrom, TRACKS, type Row, type RowsAnswer } from '../timeline/rows.ts';
import { ALL, TimelineModel } from '../timeline/timelineModel.ts';
import { following, panned, revealing, zoomed, type Viewport } from '../timeline/viewport.ts';
import { itemsOf, type Chosen } from './paint.ts';

/** What is shown at first. */
const FIRST_SPAN_MS = 20_000;
/** Of what is shown, after what it is fitted to. */
const MARGIN = 1.06;

export class TimelineState {
  model = new TimelineModel();
  view: Viewport = { from: Date.now() - FIRST_SPAN_MS, to: Date.now(), width: 1 };
  only: string | undefined;
  isLive = true;
  /** Nothing was heard of a host yet, not even that there is none. */
  isLoading = true;
  isConnected = false;
  scrollTop = 0;
  chosen: Chosen | undefined;
  #rows: RowsAnswer | undefined;
  #rowsOf: string | undefined;
  /** Milliseconds that the page's clock is ahead of the extension's, which may run on another machine. */
  #ahead: number | undefined;

  begin(events: readonly Arrived[]): void {
    // What was seen of a host that is gone stays in the picture; its snapshot says what is left.
    this.isLoading = false;
    this.isConnected = true;
    this.#ahead = undefined;
    this.take(events);
  }

  take(events: readonly Arrived[]): void {
    for (const { event, wall } of events) this.model.apply(event, wall);
    const last = events.at(-1);
    // The way takes time too: the fastest message tells best.
    if (last !== undefined) this.#ahead = Math.min(this.#ahead ?? Infinity, Date.now() - last.wall);
  }

  hostGone(wall: number): void {
    this.isLoading = false;
    this.isConnected = false;
    this.model.disconnected(wall);
  }

  get now(): number {
    return this.model.serviceTime(Date.now() - (this.#ahead ?? 0));
  }

  /** Time moves the picture by itself. */
  get isMoving(): boolean {
    return this.isLive && this.isConnected && this.model.clock?.frozen !== true;
  }

  rows(): readonly Row[] {
    const { model, only } = this;
    const { from } = this.view;
    const kept = this.chosen?.row;
    const asked = [model.revision, only ?? '', kept ?? ''].join('\n');
    const known = this.#rows;
    if (known !== undefined && asked === this.#rowsOf && from > known.after && from <= known.until)
      return known.rows;
    this.#rowsOf = asked;
    this.#rows = rowsFrom(model, { only, from, kept });
    return this.#rows.rows;
  }

  /** As it is now. */
  scene(): Scene {
    const now = this.now;
    if (this.isLive) this.view = following(this.view, now);
    return {
      model: this.model,
      rows: this.rows(),
      only: this.only,
      view: this.view,
      scrollTop: this.scrollTop,
      now,
    };
  }

  hit(x: number, y: number): Hit | undefined {
    return hitTest(this.scene(), x, y);
  }

  zoom(factor: number, around?: number): void {
    const { from, to } = this.view;
    this.view = zoomed(this.view, factor, this.isLive ? to : (around ?? (from + to) / 2));
  }

  pan(byMs: number): void {
    this.isLive = false;
    this.view = panned(this.view, byMs);
  }

  /** From the first to the last that is there. */
  fit(): void {
    const start = this.firstTime();
    const span = Math.max(100, this.now - start) * MARGIN;
    this.isLive = false;
    this.view = { ...this.view, from: this.now - span, to: this.now + span * 0.04 };
  }

  firstTime(): number {
    const { model, only } = this;
    const name = only ?? ALL;
    const isShown = ({ functionName }: { functionName: string }): boolean =>
      only === undefined || functionName === only;
    let first = this.now - 1_000;
    for (const lane of model.lanes()) if (isShown(lane)) first = Math.min(first, lane.start);
    for (const marks of [model.throttles, model.retries])
      first = Math.min(first, marks.find(isShown)?.at ?? first);
    for (const series of [model.running(name), model.pending(name)])
      first = Math.min(first, series.steps()[0]?.at ?? first);
    return first;
  }

  /** Nothing is known of what is shown. */
  get isEmpty(): boolean {
    const { model, only } = this;
    return only === undefined ? model.functionNames().length === 0 : !model.functionNames().includes(only);
  }

  toStart(): void {
    this.isLive = false;
    const span = this.view.to - this.view.from;
    const from = this.firstTime() - span * 0.04;
    this.view = { ...this.view, from, to: from + span };
  }

  /** Ids of what can be chosen, from the top. */
  #choices(): readonly string[] {
    const lanes = this.rows().flatMap(row => (row.kind === 'lane' ? [row.lane.id] : []));
    return [...TRACKS.map(({ id }) => id), ...lanes];
  }

  chosenItem(): Item | undefined {
    const { chosen } = this;
    if (chosen === undefined) return undefined;
    const items = itemsOf(this.scene(), chosen.row);
    return items[chosen.item === undefined ? items.length - 1 : indexOfItem(items, chosen.item)];
  }

  choose(row: string, item: Item | undefined): void {
    const items = itemsOf(this.scene(), row);
    this.chosen = { row, item: items[item === undefined ? items.length - 1 : indexOfItem(items, item)] };
  }

  /** To another row, at about the same time. */
  chooseRow(by: number, viewHeight: number): void {
    const choices = this.#choices();
    const lanesAt = TRACKS.length;
    const before = this.chosen === undefined ? -1 : choices.indexOf(this.chosen.row);
    const next = before < 0 ? (choices.length > lanesAt ? lanesAt : 0) : before + by;
    const row = choices[Math.max(0, Math.min(choices.length - 1, next))];
    if (row === undefined) return;
    const item = this.chosenItem();
    const items = itemsOf(this.scene(), row);
    const lane = this.model.lane(row);
    // What ran last is looked for, not how idle it is now.
    const latest = lane === undefined ? items.length - 1 : Math.max(0, lane.runs.length);
    const index = item === undefined ? latest : indexNear(items, spanOf(item)[0]);
    this.chosen = { row, item: items[Math.max(0, Math.min(items.length - 1, index))] };
    this.#reveal(viewHeight);
  }

  /** To another item of the row. */
  chooseItem(by: number, viewHeight: number): void {
    const { chosen } = this;
    if (chosen === undefined) {
      this.chooseRow(1, viewHeight);
      return;
    }
    const items = itemsOf(this.scene(), chosen.row);
    const before = chosen.item === undefined ? items.length - 1 : indexOfItem(items, chosen.item);
    const index = Math.max(0, Math.min(items.length - 1, before + by));
    this.chosen = { ...chosen, item: items[index] };
    this.#reveal(viewHeight);
  }

  #reveal(viewHeight: number): void {
    const { chosen } = this;
    if (chosen === undefined) return;
    const item = this.chosenItem();
    if (item !== undefined) {
      const [start, end] = spanOf(item);
      const view = revealing(this.view, start, Math.min(end, this.now));
      if (view !== this.view && Math.abs(view.from - this.view.from) > 1) {
        this.isLive = false;
        this.view = view;
      }
    }
    const at = this.rows().findIndex(row => row.kind === 'lane' && row.lane.id === chosen.row);
    if (at < 0) return;
    const room = viewHeight - HEADER_HEIGHT;
    const top = at * ROW_HEIGHT;
    // The function's name above the first of its lanes is shown with it.
    if (top - ROW_HEIGHT < this.scrollTop) this.scrollTop = Math.max(0, top - ROW_HEIGHT);
    else if (top + ROW_HEIGHT > this.scrollTop + room) this.scrollTop = top + ROW_HEIGHT - room;
  }

  /** The invocation that an item stands for. */
  invocationOf(item: Item): { functionName: string; requestId: string; attempt: number } | undefined {
    if (item.kind === 'retry') {
      const { functionName, requestId, attempt } = item.retry;
      return { functionName, requestId, attempt };
    }
    if (item.kind !== 'lane') return undefined;
    const { lane, segment } = item;
    // An init belongs to the invocation that it was for.
    const init = segment.kind === 'init' ? lane.runs.find(run => run.cold) : undefined;
    const run = segment.run ?? init;
    return run && { functionName: lane.functionName, requestId: run.requestId, attempt: run.attempt };
  }
}
