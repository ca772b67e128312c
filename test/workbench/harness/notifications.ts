import type { Locator, Page } from 'playwright-core';
import { until } from '../../helpers/until.ts';
import { click } from './click.ts';

/**
 * Messages, as the notification center lists them: under the smoke test driver VS Code shows no toasts
 * (NotificationsToasts.addToast asks for it).
 */
export class Notifications {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Waits for a message that contains `text` and gives the whole message. */
  async waitFor(text: string | RegExp, ms = 20_000): Promise<string> {
    return until(
      async () => {
        await this.#open();
        const item = this.#item(text);
        return (await item.count()) === 0 ? undefined : this.#messageOf(item).innerText({ timeout: 1_000 });
      },
      { ms, what: `a message "${String(text)}"` },
    );
  }

  /** Presses a button of the message that contains `text`. */
  async press(text: string | RegExp, button: string): Promise<void> {
    await this.waitFor(text);
    const buttons = this.#item(text).locator('.notification-list-item-buttons-container a');
    await click(buttons.filter({ hasText: button }), 'click');
  }

  /** Messages that are there now. */
  async messages(): Promise<string[]> {
    await this.#open();
    const texts = await this.#messageOf(this.#center().locator('.monaco-list-row')).allInnerTexts();
    await this.#hide();
    return [...new Set(texts)];
  }

  /** Takes the messages away where the list of them is open. */
  async close(): Promise<void> {
    if (await this.#center().isVisible()) await this.clear();
  }

  /** Takes all messages away. */
  async clear(): Promise<void> {
    await this.#open();
    const rows = this.#center().locator('.monaco-list-row');
    await until(
      async () => {
        if ((await rows.count()) === 0) return true;
        await this.#center().locator('.codicon-notifications-clear-all').click({ timeout: 1_000 });
        return false;
      },
      { ms: 20_000, what: 'the messages to go' },
    );
    await this.#hide();
  }

  async #hide(): Promise<void> {
    if (await this.#center().isVisible()) await this.#center().locator('.codicon-notifications-hide').click();
    await this.#center().waitFor({ state: 'hidden' });
  }

  async #open(): Promise<void> {
    // The bell's click is lost where the item is drawn anew just then, as it is when a message arrives.
    await until(
      async () => {
        if (await this.#center().isVisible()) return true;
        await this.#page.locator('.statusbar-item[id="status.notifications"]').click({ timeout: 2_000 });
        // The bell's hint would cover the buttons of a message.
        await this.#page.mouse.move(0, 0);
        return this.#center()
          .waitFor({ timeout: 5_000 })
          .then(() => true);
      },
      { ms: 20_000, what: 'the list of messages' },
    );
  }

  #center(): Locator {
    return this.#page.locator('.notifications-center.visible');
  }

  #item(text: string | RegExp): Locator {
    return this.#center().locator('.monaco-list-row', { hasText: text }).first();
  }

  #messageOf(item: Locator): Locator {
    return item.locator('.notification-list-item-message');
  }
}
