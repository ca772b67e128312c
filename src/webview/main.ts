/** The Timeline's page: hears the host's events from the editor, and draws what it has heard. */
import { t, useTranslator, english } from '../extension/localize.ts';
import { chromeTrace } from '../timeline/chromeTrace.ts';
import type { ExportFormat, ToPage } from '../timeline/messages.ts';
import { HEADER_HEIGHT, LABEL_WIDTH, ROW_HEIGHT, type TrackId } from '../timeline/rows.ts';
import { placeOf, spanOf } from '../timeline/items.ts';
import { timeAt, xOf } from '../timeline/viewport.ts';
import { itemWords, laneFacts, laneName, trackName } from '../timeline/words.ts';
import { Brush } from './brush.ts';
import { hearEditor, tellEditor } from './editor.ts';
import { elements } from './elements.ts';
import { LEGEND_HEIGHT, paint } from './paint.ts';
import { readPalette } from './palette.ts';
import { TimelineState } from './timelineState.ts';
import { hideTip, showTip } from './tip.ts';

const ZOOM = 1.5;
/** Part of what is shown that one turn of the wheel moves it by. */
const PAN = 0.0012;

const bundle = JSON.parse(elements.timeline.dataset['l10n'] ?? '{}') as Readonly<Record<string, string>>;
useTranslator((message, ...args) => english(bundle[message] ?? message, ...args));

const state = new TimelineState();
const context = elements.canvas.getContext('2d', { alpha: false });
if (context === null) throw new Error('No canvas to draw on.');
let palette = readPalette(document.body);
let size = { width: 0, height: 0 };
let frame: number | undefined;
let isInFront = true;
let shownClock = '';
let shownFunctions = '';

/** Draws what is now, at once. */
function render(): void {
  if (context === null || size.width === 0) return;
  const scene = state.scene();
  paint(new Brush(context, palette, size.width, size.height), scene, state.chosen);
}

/** The one loop: `frame` is its next turn. */
function nextFrame(): void {
  frame = undefined;
  const content = HEADER_HEIGHT + state.rows().length * ROW_HEIGHT + LEGEND_HEIGHT;
  const spacer = `${Math.max(0, content - size.height)}px`;
  if (elements.spacer.style.height !== spacer) elements.spacer.style.height = spacer;
  render();
  showState();
  if (state.isMoving && !document.hidden) drawSoon();
}

function drawSoon(): void {
  if (isInFront) frame ??= requestAnimationFrame(nextFrame);
}

/** Behind another tab the page is not told that it is hidden, but by the extension. */
function setInFront(value: boolean): void {
  isInFront = value;
  if (frame !== undefined) cancelAnimationFrame(frame);
  frame = undefined;
  drawSoon();
}

/** What is not on the canvas, where it differs from before. */
function showState(): void {
  const { clock, empty, live } = elements;
  const nothing = !state.isLoading && state.isEmpty;
  if (empty.hidden === nothing) empty.hidden = !nothing;
  const pressed = String(state.isLive);
  if (live.getAttribute('aria-pressed') !== pressed) live.setAttribute('aria-pressed', pressed);
  const clockText = clockWords();
  if (clockText !== shownClock) clock.textContent = shownClock = clockText;
  const functions = state.model.functionNames();
  const all = functions.join('\n') + (state.only ?? '');
  if (all === shownFunctions) return;
  shownFunctions = all;
  const option = (value: string, text: string): HTMLOptionElement => new Option(text, value);
  const names = new Set([...functions, ...(state.only === undefined ? [] : [state.only])]);
  elements.filter.replaceChildren(
    option('', t('All functions')),
    ...[...names].map(name => option(name, name)),
  );
  elements.filter.value = state.only ?? '';
}

function clockWords(): string {
  if (state.isLoading) return t('Loading…');
  if (!state.isConnected) return t('The host is not running');
  const { clock } = state.model;
  if (clock?.frozen === true) return t('Service time stands still');
  return clock === undefined || clock.speed === 1
    ? ''
    : t('Service time runs {0} times as fast', clock.speed);
}

/** Tells what is chosen: a screen reader, and by a tip whoever came there by keys. */
function tell(byKeys: boolean): void {
  const { chosen } = state;
  if (chosen === undefined) return;
  const item = state.chosenItem();
  const lane = state.model.lane(chosen.row);
  const row = lane === undefined ? trackName(chosen.row as TrackId) : laneName(lane);
  const words = item === undefined ? undefined : itemWords(item);
  elements.spoken.textContent = [
    row,
    ...(words === undefined ? [t('Nothing here yet')] : [words.title, ...words.lines]),
  ].join('. ');
  const scene = state.scene();
  const place = placeOf(scene, chosen.row);
  if (words === undefined || item === undefined || place === undefined || !byKeys) {
    hideTip();
    return;
  }
  const box = elements.canvas.getBoundingClientRect();
  const x = Math.max(0, Math.min(scene.view.width, xOf(scene.view, spanOf(item)[0])));
  showTip(words, box.left + LABEL_WIDTH + x, box.top + place.top + place.height / 2);
}

function openChosen(): void {
  const item = state.chosenItem();
  const invocation = item && state.invocationOf(item);
  if (invocation !== undefined) tellEditor({ type: 'open', ...invocation });
}

function setFilter(name: string | undefined): void {
  state.only = name;
  state.chosen = undefined;
  state.scrollTop = elements.timeline.scrollTop = 0;
  drawSoon();
}

/** @returns text of a JSON file, or base64 of a PNG file; undefined where the picture is empty */
function exported(format: ExportFormat): string | undefined {
  if (format === 'json') return JSON.stringify(chromeTrace(state.model, state.now, state.only));
  render();
  return elements.canvas.toDataURL('image/png').split(',')[1];
}

function exportAs(format: ExportFormat): void {
  try {
    const content = exported(format);
    if (content) tellEditor({ type: 'exported', format, content });
    else tellEditor({ type: 'failed', message: t('The picture could not be made.') });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    tellEditor({ type: 'failed', message: t('The timeline could not be exported: {0}', reason) });
  }
}

const keys: Readonly<Record<string, () => void>> = {
  ArrowDown: () => state.chooseRow(1, size.height - LEGEND_HEIGHT),
  ArrowUp: () => state.chooseRow(-1, size.height - LEGEND_HEIGHT),
  PageDown: () => state.chooseRow(10, size.height - LEGEND_HEIGHT),
  PageUp: () => state.chooseRow(-10, size.height - LEGEND_HEIGHT),
  ArrowRight: () => state.chooseItem(1, size.height - LEGEND_HEIGHT),
  ArrowLeft: () => state.chooseItem(-1, size.height - LEGEND_HEIGHT),
  Home: () => state.toStart(),
  End: () => (state.isLive = true),
  f: () => (state.isLive = !state.isLive),
  '+': () => state.zoom(1 / ZOOM),
  '=': () => state.zoom(1 / ZOOM),
  '-': () => state.zoom(ZOOM),
  0: () => state.fit(),
  Enter: openChosen,
  Escape: () => (state.chosen = undefined),
};

elements.timeline.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = keys[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
  elements.timeline.scrollTop = state.scrollTop;
  if (event.key.startsWith('Arrow') || event.key.startsWith('Page')) tell(true);
  else hideTip();
  drawSoon();
});

elements.timeline.addEventListener('scroll', () => {
  state.scrollTop = elements.timeline.scrollTop;
  drawSoon();
});

elements.timeline.addEventListener(
  'wheel',
  event => {
    const byWheel = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (event.ctrlKey || event.metaKey) {
      state.zoom(Math.exp(event.deltaY * 0.002), timeAt(state.view, event.offsetX - LABEL_WIDTH));
    } else if (byWheel !== 0) state.pan((state.view.to - state.view.from) * PAN * byWheel);
    else return;
    event.preventDefault();
    drawSoon();
  },
  { passive: false },
);

let dragged: { readonly x: number; moved: boolean } | undefined;

elements.canvas.addEventListener('pointerdown', event => {
  if (event.button !== 0) return;
  dragged = { x: event.clientX, moved: false };
  elements.canvas.setPointerCapture(event.pointerId);
});
elements.canvas.addEventListener('pointermove', event => {
  if (dragged !== undefined && event.buttons === 1) {
    if (!dragged.moved && Math.abs(event.clientX - dragged.x) < 4) return;
    state.pan(-event.movementX * ((state.view.to - state.view.from) / state.view.width));
    dragged.moved = true;
    hideTip();
    drawSoon();
    return;
  }
  const hit = state.hit(event.offsetX, event.offsetY);
  const item = hit?.item;
  elements.canvas.style.cursor =
    item !== undefined && state.invocationOf(item) !== undefined ? 'pointer' : 'default';
  const lane = hit !== undefined && event.offsetX < LABEL_WIDTH ? state.model.lane(hit.row) : undefined;
  const words = item !== undefined ? itemWords(item) : lane && laneFacts(lane);
  if (words === undefined) hideTip();
  else showTip(words, event.clientX, event.clientY);
});
elements.canvas.addEventListener('pointercancel', () => (dragged = undefined));
elements.canvas.addEventListener('pointerleave', hideTip);
elements.timeline.addEventListener('blur', hideTip);
elements.canvas.addEventListener('pointerup', event => {
  if (event.button !== 0 || dragged === undefined) return;
  const wasMoved = dragged.moved;
  dragged = undefined;
  if (wasMoved) return;
  const hit = state.hit(event.offsetX, event.offsetY);
  if (hit === undefined) state.chosen = undefined;
  else {
    state.choose(hit.row, hit.item);
    tell(false);
    const invocation = hit.item && state.invocationOf(hit.item);
    if (invocation !== undefined) tellEditor({ type: 'open', ...invocation });
  }
  drawSoon();
});

const click = (button: HTMLButtonElement, act: () => void): void =>
  button.addEventListener('click', () => {
    act();
    drawSoon();
  });
click(elements.live, () => (state.isLive = !state.isLive));
click(elements.zoomIn, () => state.zoom(1 / ZOOM));
click(elements.zoomOut, () => state.zoom(ZOOM));
click(elements.fit, () => state.fit());
click(elements.exportPng, () => exportAs('png'));
click(elements.exportJson, () => exportAs('json'));
elements.filter.addEventListener('change', () => {
  setFilter(elements.filter.value === '' ? undefined : elements.filter.value);
});

function measure(): void {
  const { clientWidth: width, clientHeight: height } = elements.timeline;
  const scale = devicePixelRatio;
  elements.canvas.width = Math.round(width * scale);
  elements.canvas.height = Math.round(height * scale);
  elements.canvas.style.width = `${width}px`;
  elements.canvas.style.height = `${height}px`;
  context?.setTransform(scale, 0, 0, scale, 0, 0);
  size = { width, height };
  state.view = { ...state.view, width: Math.max(1, width - LABEL_WIDTH) };
  // A canvas whose size was set is black until it is drawn: it would be seen so.
  render();
  drawSoon();
}
new ResizeObserver(measure).observe(elements.timeline);

/** Another zoom of the window, or another screen: it tells once. */
function hearRatio(): void {
  const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  const changed = (): void => {
    measure();
    hearRatio();
  };
  query.addEventListener('change', changed, { once: true });
}
hearRatio();

// VS Code changes classes and variables of the page with its theme.
new MutationObserver(() => {
  palette = readPalette(document.body);
  drawSoon();
}).observe(document.body, { attributes: true, attributeFilter: ['class'] });
document.addEventListener('visibilitychange', drawSoon);

hearEditor((message: ToPage) => {
  switch (message.type) {
    case 'begin':
      state.begin(message.events);
      break;
    case 'events':
      state.take(message.events);
      break;
    case 'hostGone':
      state.hostGone(message.wall);
      break;
    case 'filter':
      setFilter(message.functionName);
      break;
    case 'visible':
      setInFront(message.visible);
      break;
    case 'export':
      exportAs(message.format);
      break;
  }
  drawSoon();
});
tellEditor({ type: 'ready' });
