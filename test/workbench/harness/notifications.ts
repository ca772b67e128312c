import type { Locator, Page } from 'playwright-core';

/** Messages at the lower right. */
export class Notifications {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Waits for a message that contains `text` and gives the whole message. */
  async waitFor(text: string | RegExp, ms = 20_000): Promise<string> {
    const toast = this.#toast(text);
    await toast.waitFor({ timeout: ms });
    return toast.locator('.notification-list-item-message').innerText();
  }

  /** Presses a button of the message that contains `text`. */
  async press(text: string | RegExp, button: string): Promise<void> {
    await this.#toast(text)
      .locator('.notification-list-item-buttons-container a', { hasText: button })
      .click();
  }

  /** Messages that are shown now. */
  async messages(): Promise<string[]> {
    return this.#page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  #toast(text: string | RegExp): Locator {
    return this.#page.locator('.notification-toast', { hasText: text }).first();
  }
}
