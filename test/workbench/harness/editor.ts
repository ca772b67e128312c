import type { Locator, Page } from 'playwright-core';
import { until } from '../../helpers/until.ts';
import { click } from './click.ts';
import type { QuickInput } from './quickInput.ts';

/** The active editor. Lines count from 1. */
export class Editor {
  readonly #page: Page;
  readonly #quickInput: QuickInput;

  constructor(page: Page, quickInput: QuickInput) {
    this.#page = page;
    this.#quickInput = quickInput;
  }

  /** Opens a file of the workspace, with the cursor at a line when one is given; the editor then has the focus. */
  async open(name: string, line?: number): Promise<void> {
    await this.#quickInput.openFile(name, line);
    await this.waitForTab(name.split('/').at(-1)!);
    if (line !== undefined) await this.#waitForCursor(line);
    await this.#page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
  }

  /** Waits until the active tab has that title. */
  async waitForTab(title: string): Promise<void> {
    await this.#page.locator('.tab.active', { hasText: title }).first().waitFor();
  }

  /** Puts the cursor on a line. */
  async goToLine(line: number): Promise<void> {
    await this.#quickInput.goToLine(line);
    await this.#waitForCursor(line);
  }

  /** Toggles a breakpoint on a line of the active editor and waits for its mark. */
  async toggleBreakpoint(line: number): Promise<void> {
    await this.goToLine(line);
    const before = await this.#hasBreakpoint(line);
    const isToggled = async (): Promise<boolean> => (await this.#hasBreakpoint(line)) !== before;
    // The key does nothing before VS Code knows its debuggers.
    await until(
      async () => {
        await this.#page.keyboard.press('F9');
        return until(isToggled, { ms: 3_000, what: 'its mark' });
      },
      { ms: 20_000, what: `a breakpoint on line ${line}` },
    );
  }

  /** Seen twice alike: as a debugger comes or goes all marks are drawn anew. */
  async #hasBreakpoint(line: number): Promise<boolean> {
    const editor = this.#page.locator('.editor-group-container.active .monaco-editor').first();
    const look = async (): Promise<boolean | undefined> => {
      const number = editor.locator('.line-numbers', { hasText: new RegExp(`^\\s*${line}\\s*$`) }).first();
      const marks = await editor.locator('.glyph-margin-widgets [class*="codicon-debug-breakpoint"]').all();
      // What is drawn anew meanwhile has no box.
      const boxOf = (each: Locator): ReturnType<Locator['boundingBox']> =>
        each.boundingBox({ timeout: 500 }).catch(() => null);
      const [at, ...boxes] = await Promise.all([number, ...marks].map(boxOf));
      if (!at || boxes.includes(null)) return undefined;
      return boxes.some(box => box && Math.abs(box.y - at.y) < 4);
    };
    let seen = await look();
    await until(
      async () => {
        await this.#page.waitForTimeout(150);
        const now = await look();
        const isSame = now !== undefined && now === seen;
        seen = now;
        return isSame;
      },
      { what: `the marks beside line ${line}` },
    );
    return seen === true;
  }

  /** The link of a CodeLens with that text, above the `index`-th place that has one. */
  lens(text: string | RegExp, index = 0): Locator {
    return this.#page.locator('.codelens-decoration a', { hasText: text }).nth(index);
  }

  /** Clicks such a link when it has come to rest: VS Code knows nothing of a lens that is being replaced ("Actual command not found"). */
  async clickLens(text: string | RegExp): Promise<void> {
    const lens = this.lens(text);
    await lens.waitFor();
    let seen: unknown;
    await until(
      async () => {
        const now = await lens.elementHandle();
        const isSame = await now.evaluate((node, before) => node === before, seen);
        seen = now;
        return isSame;
      },
      { every: 300, what: `the lens ${String(text)} to come to rest` },
    );
    await click(lens, 'mouseup');
  }

  /** Waits until the visible lines have a text: it comes after the tab. */
  waitForText(text: RegExp): Promise<true> {
    return until(async () => text.test(await this.visibleText()), {
      ms: 20_000,
      what: `${String(text)} in the editor`,
    });
  }

  /** Text of all visible lines. */
  async visibleText(): Promise<string> {
    const lines = this.#page.locator('.editor-group-container.active .view-lines').first();
    // Monaco draws spaces as no-break spaces.
    return (await lines.innerText()).replaceAll('\u00a0', ' ');
  }

  /** Replaces the text of the active editor by another one. */
  async replaceAll(text: string): Promise<void> {
    await this.#page.keyboard.press('ControlOrMeta+A');
    // Over a selection a bracket would be put around it.
    await this.#page.keyboard.press('Delete');
    await this.#page.keyboard.insertText(text);
    await this.#page.locator('.tab.active.dirty').waitFor();
  }

  /** Saves and waits until the tab is not marked as changed. */
  async save(): Promise<void> {
    await this.#page.keyboard.press('ControlOrMeta+S');
    await this.#page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
  }

  async #waitForCursor(line: number): Promise<void> {
    await this.#page.locator('.statusbar-item', { hasText: new RegExp(`^\\s*Ln ${line},`) }).waitFor();
  }
}
