import type { Locator, Page } from 'playwright-core';
import { click } from './click.ts';
import { until } from '../../helpers/until.ts';

/** The box at the top: command palette, file search, and every list or question that an extension shows. */
export class QuickInput {
  readonly #page: Page;
  readonly #widget: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator('.quick-input-widget');
  }

  /** Runs a command by its full title: `Lamplight: Invoke Function`. Rejects when the palette does not offer it. */
  async runCommand(title: string): Promise<void> {
    await until(
      async () => {
        await this.#open(`>${title}`);
        const row = this.#row(title).first();
        try {
          await row.waitFor({ timeout: 1_500 });
        } catch (error) {
          // What is listed was known as the box opened: a command that came since is seen in the next one.
          await this.#page.keyboard.press('Escape');
          throw error;
        }
        await row.click({ timeout: 5_000 });
        return true;
      },
      { ms: 20_000, what: `the command "${title}" in the palette` },
    );
  }

  /** Titles that the palette offers for a search text. */
  async commands(text: string): Promise<string[]> {
    await this.#open(`>${text}`);
    await this.#widget.locator('.monaco-list-row').first().waitFor();
    const labels = await this.labels();
    await this.cancel();
    return labels;
  }

  /** Opens a file of the workspace by its path, at a line (1 is the first) when one is given. */
  async openFile(name: string, line?: number): Promise<void> {
    await this.#open(line === undefined ? name : `${name}:${line}`);
    const label = name.split('/').at(-1)!;
    await this.#row(label).first().waitFor();
    await this.#page.keyboard.press('Enter');
    await this.#widget.waitFor({ state: 'hidden' });
  }

  /** Puts the cursor of the active editor on a line (1 is the first). */
  async goToLine(line: number): Promise<void> {
    await this.#open(`:${line}`);
    await this.#page.keyboard.press('Enter');
    await this.#widget.waitFor({ state: 'hidden' });
  }

  /** Waits for a list that shows a row of that label and takes it. */
  async choose(label: string, ms = 20_000): Promise<void> {
    const row = this.#row(label).first();
    await row.waitFor({ timeout: ms });
    await click(row, 'click');
  }

  /** Takes a row of a list that may be too long to show it, by typing its label. */
  async find(question: RegExp, label: string): Promise<void> {
    await this.waitForPrompt(question);
    await this.#widget.locator('input').first().fill(label);
    await this.choose(label);
  }

  /** Types into what is asked, without answering it. */
  async type(text: string): Promise<void> {
    await this.#widget.locator('input').first().fill(text);
  }

  /** Answers VS Code's own dialog for files and folders, which is a box like any other in the browser. */
  async openPath(title: RegExp, file: string): Promise<void> {
    await this.waitForPrompt(title);
    const input = this.#widget.locator('input').first();
    // What is typed is lost while the dialog reads the folder that it opens in, and the first click may only walk into one.
    await until(
      async () => {
        const shown = await this.#widget.locator('.quick-input-title').innerText({ timeout: 1_000 });
        const isDialog = await this.#widget.locator('.quick-input-action .monaco-button').first().isVisible();
        if (!title.test(shown) || !isDialog) return true;
        if ((await input.inputValue()) !== `${file}/`) await input.fill(file, { timeout: 1_000 });
        await this.#widget.locator('.quick-input-action .monaco-button').first().click({ timeout: 1_000 });
        return false;
      },
      { ms: 20_000, what: `the dialog to take ${file}` },
    );
  }

  /** Answers the question whose title or placeholder matches: the box of a question before it may still be shown. */
  async answer(question: RegExp, text: string): Promise<void> {
    await this.waitForPrompt(question);
    await this.#widget.locator('input').first().fill(text);
    await this.#page.keyboard.press('Enter');
  }

  /** In the workbench's own dialog for files: goes into a folder that it lists, and takes it by the dialog's button. */
  async chooseFolder(name: string, button: string): Promise<void> {
    await this.choose(name);
    const input = this.#widget.locator('input').first();
    await until(async () => (await input.inputValue()).endsWith(`/${name}/`), {
      what: `the dialog to be in ${name}`,
    });
    await this.#widget.locator('.monaco-button', { hasText: button }).click();
  }

  /** Labels of the rows that are shown now, from the first. */
  async labels(): Promise<string[]> {
    const rows = this.#widget.locator(
      '.monaco-list-row .quick-input-list-label-name, .monaco-list-row .label-name',
    );
    return [...new Set(await rows.allInnerTexts())];
  }

  /**
   * Waits until what is asked has a title or placeholder that matches, and gives both. One question may follow another:
   * there is no asking what is shown now, which may still be the one before.
   */
  async waitForPrompt(pattern: RegExp): Promise<string> {
    let last = '';
    return until(
      async () => {
        if (!(await this.#widget.isVisible())) return undefined;
        const title = await this.#widget.locator('.quick-input-title').innerText({ timeout: 1_000 });
        const placeholder = await this.#widget.locator('input').first().getAttribute('placeholder');
        last = [title, placeholder ?? ''].filter(text => text !== '').join(' · ');
        return pattern.test(last) ? last : undefined;
      },
      { ms: 20_000, what: `a question that matches ${String(pattern)}` },
    ).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}; the last one was "${last}"`, { cause: error });
    });
  }

  /** Leaves whatever is asked, also where one question follows another; resolves when no box is open. */
  async cancel(): Promise<void> {
    await until(
      async () => {
        if (!(await this.#widget.isVisible())) return true;
        await this.#page.keyboard.press('Escape');
        return this.#widget.waitFor({ state: 'hidden', timeout: 1_000 }).then(() => true);
      },
      { ms: 20_000, what: 'the quick input to close' },
    );
  }

  /** F1, then the text that decides what kind of list it is: `>` commands, `:` lines, else files. */
  async #open(text: string): Promise<void> {
    const input = this.#widget.locator('input').first();
    // A key is lost, or the box closes again, while the focus still moves between two parts of the workbench.
    await until(
      async () => {
        if (!(await input.isVisible())) await this.#page.keyboard.press('F1');
        await input.fill(text, { timeout: 1_000 });
        return (await input.inputValue()) === text;
      },
      { what: `the quick input to take "${text}"` },
    );
  }

  #row(label: string): Locator {
    const name = this.#page.locator('.label-name', { hasText: exactly(label) });
    return this.#widget.locator('.monaco-list-row').filter({ has: name });
  }
}

const exactly = (text: string): RegExp =>
  new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
