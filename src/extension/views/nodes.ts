import type { Project } from '../project/project.ts';

/** Elements of the Functions view. What a node shows is looked up when it is drawn; the node only says which it is. */
export type FunctionsNode =
  | { readonly kind: 'folder'; readonly id: string; readonly project: Project }
  | FunctionNode
  | { readonly kind: 'handler'; readonly id: string; readonly project: Project; readonly name: string }
  | { readonly kind: 'configuration'; readonly id: string; readonly project: Project; readonly name: string }
  | {
      readonly kind: 'fact';
      readonly id: string;
      readonly project: Project;
      readonly name: string;
      readonly key: string;
    }
  | { readonly kind: 'environments'; readonly id: string; readonly project: Project; readonly name: string }
  | {
      readonly kind: 'environment';
      readonly id: string;
      readonly project: Project;
      readonly name: string;
      readonly key: string;
    }
  | { readonly kind: 'invocations'; readonly id: string; readonly project: Project; readonly name: string }
  | InvocationNode;

export interface FunctionNode {
  readonly kind: 'function';
  readonly id: string;
  readonly project: Project;
  readonly name: string;
}

export interface InvocationNode {
  readonly kind: 'invocation';
  readonly id: string;
  readonly project: Project;
  readonly name: string;
  /** Request id. */
  readonly key: string;
}

/** VS Code knows elements by identity: one id, one object, for as long as the element is shown. */
export class NodeCache<N extends { readonly id: string }> {
  readonly #nodes = new Map<string, N>();

  /** The node of that id; `make` is asked for it the first time. */
  one<T extends N>(node: T): T {
    const known = this.#nodes.get(node.id);
    // An id is made of its kind and keys, so a known node of that id has the type of the one that was asked for.
    if (known !== undefined) return known as T;
    this.#nodes.set(node.id, node);
    return node;
  }

  find(id: string): N | undefined {
    return this.#nodes.get(id);
  }

  /** Forgets what below `parent` is not among `children` any more. */
  keep(parent: string, children: readonly N[]): void {
    const kept = new Set(children.map(child => child.id));
    for (const id of this.#nodes.keys()) {
      if (!id.startsWith(`${parent}/`)) continue;
      const end = id.indexOf('/', parent.length + 1);
      const child = end === -1 ? id : id.slice(0, end);
      if (!kept.has(child)) this.#nodes.delete(id);
    }
  }

  /** Folders came or went: nothing of before is shown any more. */
  clear(): void {
    this.#nodes.clear();
  }
}
