import type { Locator, Page } from 'playwright-core';
import { until } from '../helpers/until.ts';
import { click } from './harness/click.ts';

/** What is read of a line's element; the tests are compiled without the browser's types. */
interface DrawnLine {
  readonly style: { readonly top: string };
  readonly textContent: string;
}

/** The document that shows an invocation, beside the code. */
export class ResultEditor {
  readonly #group: Locator;

  /** @param functionName its tab is `create-order 14:02:11` */
  constructor(page: Page, functionName: string) {
    const title = new RegExp(`^\\s*${functionName} \\d\\d:\\d\\d:\\d\\d`);
    this.#group = page
      .locator('.editor-group-container')
      .filter({ has: page.locator('.tab.active', { hasText: title }) });
  }

  /** Waits until the visible text matches, and gives it. */
  async text(pattern: RegExp): Promise<string> {
    let last = '';
    return until(
      async () => {
        const lines = await this.#group
          .locator('.view-lines')
          .first()
          .locator('.view-line')
          .evaluateAll(all =>
            (all as unknown as DrawnLine[]).map(line => ({
              top: Number.parseFloat(line.style.top),
              text: line.textContent,
            })),
          );
        // Monaco draws lines in any order, and spaces as no-break spaces.
        lines.sort((one, other) => one.top - other.top);
        last = lines.map(line => line.text.replaceAll('\u00a0', ' ')).join('\n');
        return pattern.test(last) ? last : undefined;
      },
      { ms: 30_000, what: `a result that matches ${String(pattern)}` },
    ).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}; its text is\n${last}`, { cause: error });
    });
  }

  /** Clicks one of the lenses at its top. */
  async lens(text: string): Promise<void> {
    await click(this.#group.locator('.codelens-decoration a', { hasText: text }).first(), 'mouseup');
  }

  /** Follows a link in its text, as Ctrl+click does. */
  async follow(text: string): Promise<void> {
    const link = this.#group.locator('.detected-link', { hasText: text }).first();
    await link.click({ modifiers: ['ControlOrMeta'] });
  }

  /** The lenses at its top. */
  async lenses(): Promise<string[]> {
    const first = this.#group.locator('.codelens-decoration').first();
    await first.waitFor();
    const titles = await first.locator('a').allInnerTexts();
    return titles.map(title => title.replaceAll(/[^\p{L}\p{P} ]/gu, '').trim());
  }

  async close(): Promise<void> {
    await this.#group.locator('.tab.active').click({ button: 'middle' });
    await this.#group.waitFor({ state: 'detached' });
  }
}
