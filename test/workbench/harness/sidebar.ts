import type { Locator, Page } from 'playwright-core';
import { until } from '../../helpers/until.ts';
import { click } from './click.ts';

/** Activity bar, views and the rows of their trees. */
export class Sidebar {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Titles of the activity bar's containers, from the top. */
  async containers(): Promise<string[]> {
    const labels = await this.#page.locator('.part.activitybar .composite-bar .action-label').all();
    const titles = await Promise.all(labels.map(label => label.getAttribute('aria-label')));
    // "Explorer (Ctrl+Shift+E)", "Lamplight - 2 problems"
    return titles.map(title => (title ?? '').replace(/( \(| - ).*$/, ''));
  }

  /** Shows a container of the activity bar (`Lamplight`, `Explorer`). */
  async open(container: string): Promise<void> {
    const label = this.#page.locator(`.action-label[aria-label^="${container}"]`);
    const item = this.#page.locator('.part.activitybar .action-item').filter({ has: label }).first();
    const isOpen = async (): Promise<boolean> =>
      ((await item.getAttribute('class')) ?? '').split(' ').includes('checked');
    if (await isOpen()) return;
    await item.click();
    await until(isOpen, { what: `the container ${container} to open` });
  }

  /** A view of the open container by its title, with header and body. */
  view(title: string): Locator {
    const header = this.#page.locator(`.pane-header[aria-label^="${title}"]`);
    return this.#page.locator('.part.sidebar .pane').filter({ has: header }).first();
  }

  /** Unfolds a view of the open container. */
  unfold(title: string): Promise<void> {
    return this.#fold(title, 'true');
  }

  /** Folds one, so that others have its room: rows below a view's edge are not there. */
  fold(title: string): Promise<void> {
    return this.#fold(title, 'false');
  }

  async #fold(title: string, open: 'true' | 'false'): Promise<void> {
    const header = this.view(title).locator('.pane-header');
    const isSo = async (): Promise<boolean> => (await header.getAttribute('aria-expanded')) === open;
    const what = `the view ${title} to ${open === 'true' ? 'unfold' : 'fold'}`;
    // A click is lost while the views still move.
    await until(
      async () => {
        if (await isSo()) return true;
        // On its title: at its right are its actions.
        await header.click({ position: { x: 40, y: 8 }, timeout: 5_000 });
        return until(isSo, { ms: 2_000, what });
      },
      { ms: 20_000, what },
    );
  }

  /** A visible row of a view's tree by the start of its accessible label. */
  row(view: string, label: string | RegExp): Locator {
    return this.view(view).getByRole('treeitem', { name: label });
  }

  /** Clicks a row, which does what it does: opens or leads somewhere. */
  click(view: string, label: string | RegExp): Promise<void> {
    return click(this.row(view, label).first(), 'click');
  }

  /** The visible rows from the top: label and description with a space between. */
  async rows(view: string): Promise<string[]> {
    const rows = await this.view(view).getByRole('treeitem').all();
    return Promise.all(
      rows.map(async row => (await row.locator('.label-name, .label-description').allInnerTexts()).join(' ')),
    );
  }

  /** Opens a row so that its children show. */
  async expand(view: string, label: string | RegExp): Promise<void> {
    const row = this.row(view, label).first();
    if ((await row.getAttribute('aria-expanded')) === 'true') return;
    await click(row.locator('.monaco-tl-twistie'), 'click');
    await until(async () => (await row.getAttribute('aria-expanded')) === 'true', {
      what: `the row ${String(label)} to expand`,
    });
  }

  /** Clicks an inline action of a row by its title. */
  async inlineAction(view: string, label: string | RegExp, action: string): Promise<void> {
    const row = this.row(view, label).first();
    await row.hover();
    await row.locator(`.action-label[aria-label^="${action}"]`).click();
  }

  /** Chooses an entry of a row's context menu. */
  async contextMenu(view: string, label: string | RegExp, entry: string): Promise<void> {
    await click(this.row(view, label).first(), 'contextmenu');
    const item = this.#page.locator('.context-view .action-item', { hasText: entry }).first();
    await item.waitFor();
    // For a moment after it was opened a menu takes no click, so that none is taken that opened it.
    await until(
      async () => {
        if (await item.isVisible()) await item.click({ timeout: 1_000 });
        return !(await item.isVisible());
      },
      { what: `the menu's entry "${entry}" to be taken` },
    );
  }

  /** Text of a view that shows welcome content instead of a tree. */
  async welcome(view: string): Promise<string> {
    const content = this.view(view).locator('.welcome-view-content');
    // It is there before its text is.
    return until(async () => (await content.innerText({ timeout: 1_000 })).trim() || undefined, {
      ms: 20_000,
      what: `the text of the empty view ${view}`,
    });
  }
}
