import type { Page } from 'playwright-core';
import { until } from '../../helpers/until.ts';

/** Debugging as the Run and Debug view shows it. */
export class DebugView {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Presses F5 where the focus is. */
  async start(): Promise<void> {
    await this.#page.keyboard.press('F5');
  }

  /** Waits until the debugger has stopped somewhere and the editor marks the line. */
  async waitForStop(ms = 60_000): Promise<void> {
    await this.#page.locator('.debug-top-stack-frame-line').first().waitFor({ timeout: ms });
  }

  /** The marked line's text. */
  async stoppedLine(): Promise<string> {
    await this.waitForStop();
    // The editor may still be opening, or scrolling to the line, when the mark is there.
    return until(() => this.#markedLine(), { what: 'a visible line of the editor that is marked' });
  }

  async #markedLine(): Promise<string | undefined> {
    const mark = await this.#page
      .locator('.debug-top-stack-frame-line')
      .first()
      .boundingBox({ timeout: 1_000 });
    const lines = this.#page.locator('.editor-group-container.active .view-line');
    for (const line of await lines.all()) {
      const box = await line.boundingBox({ timeout: 1_000 });
      if (box !== null && mark !== null && Math.abs(box.y - mark.y) < 3) return plain(await line.innerText());
    }
    return undefined;
  }

  /** Shows the Run and Debug view. */
  async open(): Promise<void> {
    const viewlet = this.#page.locator('.debug-viewlet');
    if (!(await viewlet.isVisible())) await this.#page.keyboard.press('ControlOrMeta+Shift+D');
    await viewlet.waitFor();
  }

  /** Text of the call stack's row that matches; waits for it, as frames arrive one after the other. */
  async frame(text: RegExp): Promise<string> {
    return until(async () => (await this.callStack()).find(row => text.test(row)), {
      what: `a row ${String(text)} in the call stack`,
    });
  }

  /** Rows of the call stack as they are now, from the top: sessions, threads and frames. */
  async callStack(): Promise<string[]> {
    return this.#rows('.debug-call-stack');
  }

  /** Visible rows of the variables: scopes and `name: value`. */
  async variables(): Promise<string[]> {
    return this.#rows('.debug-variables');
  }

  /** Value of a variable of the first scope (opened for it): waits until it is there. */
  async variable(name: string): Promise<string> {
    await this.open();
    const view = this.#page.locator('.debug-variables');
    const value = view
      .locator('.monaco-list-row .expression')
      .filter({ has: this.#page.locator('.name', { hasText: new RegExp(`^\\s*${name}\\s*[:=]?\\s*$`) }) })
      .locator('.value')
      .first();
    const scope = view.locator('.monaco-list-row[aria-level="1"]').first();
    await scope.waitFor();
    const isClosed = async (): Promise<boolean> => (await scope.getAttribute('aria-expanded')) === 'false';
    // VS Code opens the first scope by itself, but not always.
    if (await isClosed()) {
      await scope.locator('.monaco-tl-twistie').click();
      await until(async () => !(await isClosed()), { what: 'the first scope to open' });
    }
    return value.innerText();
  }

  async continue(): Promise<void> {
    await this.#page.keyboard.press('F5');
  }

  async stepOver(): Promise<void> {
    await this.#page.keyboard.press('F10');
  }

  async restart(): Promise<void> {
    await this.#page.keyboard.press('ControlOrMeta+Shift+F5');
  }

  /** Stops the session and waits until none is left. */
  async stop(): Promise<void> {
    await this.#page.keyboard.press('Shift+F5');
    await this.waitForEnd();
  }

  /** Waits until no debug session is left. */
  async waitForEnd(ms = 20_000): Promise<void> {
    await this.#page.locator('.debug-toolbar').waitFor({ state: 'hidden', timeout: ms });
  }

  /** Text of the Debug Console, opened for it. */
  async console(): Promise<string> {
    const repl = this.#page.locator('.repl .monaco-list');
    if (!(await repl.isVisible())) await this.#page.keyboard.press('ControlOrMeta+Shift+Y');
    await repl.waitFor();
    return (await repl.innerText()).replaceAll('\u00a0', ' ');
  }

  /** Clicks the document that a line of the Debug Console names at its end. */
  async followSource(name: RegExp): Promise<void> {
    await this.console();
    await this.#page.locator('.repl .monaco-list-row .source', { hasText: name }).first().click();
  }

  async #rows(view: string): Promise<string[]> {
    await this.open();
    const rows = this.#page.locator(`${view} .monaco-list-row`);
    await rows.first().waitFor();
    const texts = await rows.allInnerTexts();
    return texts.map(plain);
  }
}

/** Without the icons and the zero-width and no-break spaces that Monaco draws with. */
const plain = (text: string): string =>
  text
    .replaceAll(/[\p{Co}\p{Cf}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
