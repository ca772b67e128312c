import type { FunctionsNode } from './nodes.ts';
import { pendingRow, serviceNow } from './pendingRows.ts';

/** Wall milliseconds between two looks at what is shown; the host is not asked. */
const LOOK_MS = 1_000;

/**
 * Draws rows of pending events again when what they say of time has changed, and only those. It runs while such rows are
 * shown and their time passes.
 */
export class PendingTicker {
  readonly #shown: () => Iterable<FunctionsNode> | undefined;
  readonly #draw: (node: FunctionsNode) => void;
  /** What each row says. */
  readonly #said = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param shown the elements of the view; undefined while it is hidden */
  constructor(shown: () => Iterable<FunctionsNode> | undefined, draw: (node: FunctionsNode) => void) {
    this.#shown = shown;
    this.#draw = draw;
  }

  /** A row was drawn with that description. */
  drawn(node: FunctionsNode, description: string): void {
    this.#said.set(node.id, description);
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MS);
  }

  /** The clock was driven, or the view is seen again. */
  restart(): void {
    if (this.#timer === undefined) this.#look();
  }

  #look(): void {
    this.#timer = undefined;
    const shown = this.#shown();
    // VS Code does not draw again what was hidden: what it says is still to be compared with.
    if (shown === undefined) return;
    const said = new Map(this.#said);
    this.#said.clear();
    let passes = false;
    for (const node of shown) {
      if (node.kind !== 'pendingEvent') continue;
      const { store, pending } = node.project;
      const event = pending.get(node.name, node.key);
      const before = said.get(node.id);
      if (event === undefined || before === undefined) continue;
      const { description = '' } = pendingRow(event, serviceNow(store.clock));
      this.#said.set(node.id, description);
      if (store.clock?.frozen !== true) passes = true;
      if (description !== before) this.#draw(node);
    }
    if (passes) this.#timer = setTimeout(() => this.#look(), LOOK_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
