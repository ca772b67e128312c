/** The words beside the pointer. */
import type { Words } from '../timeline/words.ts';
import { elements } from './elements.ts';

const AWAY = 14;

/** @param x, y in pixels of the window */
export function showTip({ title, lines }: Words, x: number, y: number): void {
  const { tip } = elements;
  const heading = document.createElement('strong');
  heading.textContent = title;
  const rest = lines.map(line => {
    const element = document.createElement('div');
    element.textContent = line;
    return element;
  });
  tip.replaceChildren(heading, ...rest);
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = x + AWAY + width > innerWidth ? Math.max(0, x - AWAY - width) : x + AWAY;
  const top = y + AWAY + height > innerHeight ? Math.max(0, y - AWAY - height) : y + AWAY;
  tip.style.transform = `translate(${left}px, ${top}px)`;
}

export function hideTip(): void {
  elements.tip.hidden = true;
}
