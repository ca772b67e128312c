import type { Project } from '../project/project.ts';

/** Elements of the Functions view. What a node shows is looked up when it is drawn; the node only says which it is. */
export type FunctionsNode =
  | { readonly kind: 'folder'; readonly id: string; readonly project: Project }
  | PartNode
  | KeyedNode
  | QualifiedNode;

interface OfFunction {
  readonly id: string;
  readonly project: Project;
  /** Of the function. */
  readonly name: string;
}

/** A function, or what it has one of. */
export interface PartNode extends OfFunction {
  readonly kind:
    | 'function'
    | 'handler'
    | 'configuration'
    | 'versions'
    | 'moreVersions'
    | 'aliases'
    | 'environments'
    | 'invocations'
    | 'pending'
    | 'morePending';
}

/** One of several. */
export interface KeyedNode extends OfFunction {
  readonly kind: 'fact' | 'environment' | 'invocation' | 'pendingEvent' | 'faultRule' | 'failed';
  /** Which fact, the environment's id, the request id, the rule's id, why the elements can't be had. */
  readonly key: string;
}

/** What the function can be invoked as. */
export interface QualifiedNode extends OfFunction {
  readonly kind: 'version' | 'alias';
  /** Number of the version, name of the alias. */
  readonly qualifier: string;
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

  all(): Iterable<N> {
    return this.#nodes.values();
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

  /** The same where the top of the tree holds functions: `folder/function`. */
  keepRoots(roots: readonly N[]): void {
    const kept = new Set(roots.map(root => root.id));
    for (const id of this.#nodes.keys()) {
      const end = id.indexOf('/', id.indexOf('/') + 1);
      if (!kept.has(end === -1 ? id : id.slice(0, end))) this.#nodes.delete(id);
    }
  }

  /** Folders came or went: nothing of before is shown any more. */
  clear(): void {
    this.#nodes.clear();
  }
}
