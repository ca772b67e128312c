import * as vscode from 'vscode';

/** Changes within this time are drawn together, so that a burst of invocations does not make the tree flicker. */
const COALESCE_MS = 60;

/** Collects what has to be drawn again; `undefined` is the whole tree. */
export class Refresher<N> {
  readonly #emitter = new vscode.EventEmitter<N | N[] | undefined>();
  readonly #dirty = new Set<N>();
  #all = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #top: () => readonly N[] | undefined;
  readonly event = this.#emitter.event;

  /**
   * @param top the elements at the top where they are those that are shown already: they are drawn again one by one, since
   *   VS Code has no children for whoever opens an element while the whole tree is drawn again
   */
  constructor(top: () => readonly N[] | undefined = () => undefined) {
    this.#top = top;
  }

  add(node: N | undefined): void {
    if (node === undefined) this.#all = true;
    else this.#dirty.add(node);
    this.#timer ??= setTimeout(() => this.#flush(), COALESCE_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    const nodes = [...this.#dirty];
    const all = this.#all;
    this.#dirty.clear();
    this.#all = false;
    this.#emitter.fire(all ? this.#top()?.slice() : nodes);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#emitter.dispose();
  }
}
