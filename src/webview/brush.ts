/** A canvas with what every part of the picture draws by: bars, labels, and a place for time. */
import { LABEL_WIDTH } from '../timeline/rows.ts';
import type { Palette } from './palette.ts';

/** By font and text: most are drawn in every frame. */
const widths = new Map<string, number>();
const MOST_WIDTHS = 5_000;

export class Brush {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;

  constructor(context: CanvasRenderingContext2D, palette: Palette, width: number, height: number) {
    this.context = context;
    this.palette = palette;
    this.width = width;
    this.height = height;
  }

  fill(colour: string, x: number, y: number, width: number, height: number, alpha = 1): void {
    this.context.globalAlpha = alpha;
    this.context.fillStyle = colour;
    this.context.fillRect(x, y, width, height);
    this.context.globalAlpha = 1;
  }

  /** A bar of an event: rounded where there is room, outlined in high contrast. */
  bar(colour: string, x: number, y: number, width: number, height: number): void {
    const { context } = this;
    context.fillStyle = colour;
    if (width < 6) {
      context.fillRect(x, y, width, height);
      return;
    }
    context.beginPath();
    context.roundRect(x, y, width, height, 3);
    context.fill();
    if (!this.palette.isHighContrast) return;
    context.strokeStyle = this.palette.foreground;
    context.lineWidth = 1;
    context.stroke();
  }

  /** Bars of one colour, drawn in one go. */
  bars(
    colour: string,
    y: number,
    height: number,
    spans: readonly (readonly [left: number, right: number])[],
  ): void {
    const { context } = this;
    context.fillStyle = colour;
    context.beginPath();
    for (const [left, right] of spans) {
      if (right - left < 6) context.rect(left, y, right - left, height);
      else context.roundRect(left, y, right - left, height, 3);
    }
    context.fill();
    if (!this.palette.isHighContrast) return;
    context.strokeStyle = this.palette.foreground;
    context.lineWidth = 1;
    context.stroke();
  }

  line(colour: string, x1: number, y1: number, x2: number, y2: number, dash: readonly number[] = []): void {
    const { context } = this;
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    if (dash.length > 0) context.setLineDash([]);
  }

  text(
    text: string,
    x: number,
    y: number,
    how: {
      readonly colour?: string;
      readonly size?: number;
      readonly bold?: boolean;
      readonly align?: CanvasTextAlign;
      readonly most?: number;
    } = {},
  ): void {
    const { context } = this;
    context.font = `${how.bold === true ? '600 ' : ''}${how.size ?? 11}px ${this.palette.font}`;
    context.fillStyle = how.colour ?? this.palette.foreground;
    context.textAlign = how.align ?? 'left';
    context.textBaseline = 'middle';
    context.fillText(how.most === undefined ? text : this.#cut(text, how.most), x, y);
  }

  /** In the font that was set last. */
  widthOf(text: string): number {
    const key = `${this.context.font} ${text}`;
    let width = widths.get(key);
    if (width !== undefined) return width;
    if (widths.size > MOST_WIDTHS) widths.clear();
    widths.set(key, (width = this.context.measureText(text).width));
    return width;
  }

  #cut(text: string, most: number): string {
    if (this.widthOf(text) <= most) return text;
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.widthOf(`${text.slice(0, middle)}…`) <= most) low = middle;
      else high = middle - 1;
    }
    return `${text.slice(0, low)}…`;
  }

  /** Draws where time is, and nowhere else. */
  inTime(top: number, height: number, draw: () => void): void {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(LABEL_WIDTH, top, Math.max(0, this.width - LABEL_WIDTH), height);
    context.clip();
    draw();
    context.restore();
  }
}
