/** From method and path to the operation, by one walk along the path's segments. */
import type { OperationName } from './operation.ts';
import { OPERATIONS } from './shapes/operations.generated.ts';
import type { OperationShape } from './shapes/shape.ts';

export interface Route {
  readonly operation: OperationName;
  /** Decoded path labels, `FunctionName` for one. */
  readonly labels: Readonly<Record<string, string>>;
}

interface Node {
  readonly literals: Map<string, Node>;
  label?: Node;
  readonly leaves: Map<string, Leaf>;
}

interface Leaf {
  operation?: OperationName;
  names: readonly string[];
  /** Operations that share method and path, told apart by one query parameter. */
  readonly byQuery: { readonly key: string; readonly value: string; readonly operation: OperationName }[];
}

const makeNode = (): Node => ({ literals: new Map(), leaves: new Map() });

function build(): Node {
  const root = makeNode();
  for (const [key, { method, path }] of Object.entries<OperationShape>(OPERATIONS)) {
    const name = key as OperationName;
    const [pathname = '', query] = path.split('?');
    const names: string[] = [];
    let node = root;
    for (const segment of pathname.split('/').slice(1)) {
      if (segment.startsWith('{')) {
        names.push(segment.slice(1, -1));
        node = node.label ??= makeNode();
      } else {
        let next = node.literals.get(segment);
        if (next === undefined) node.literals.set(segment, (next = makeNode()));
        node = next;
      }
    }
    let leaf = node.leaves.get(method);
    if (leaf === undefined) node.leaves.set(method, (leaf = { names, byQuery: [] }));
    if (query === undefined) leaf.operation = name;
    else {
      const [key = '', value = ''] = query.split('=');
      leaf.byQuery.push({ key, value, operation: name });
    }
  }
  return root;
}

const ROOT = build();

/**
 * Undefined where Lambda has no such operation. A trailing slash does not matter: older clients send one. Labels arrive
 * percent-encoded, ARNs among them, so they are decoded after splitting.
 */
export function findRoute(method: string, path: string, query: () => URLSearchParams): Route | undefined {
  const segments = path.split('/');
  const end = segments.length > 2 && segments.at(-1) === '' ? segments.length - 1 : segments.length;
  const values: string[] = [];
  let node: Node | undefined = ROOT;
  for (let index = 1; index < end && node !== undefined; index++) {
    const segment: string = segments[index] ?? '';
    const literal: Node | undefined = node.literals.get(segment);
    if (literal === undefined) values.push(segment);
    node = literal ?? node.label;
  }
  const leaf = node?.leaves.get(method);
  if (leaf === undefined) return undefined;
  let operation = leaf.operation;
  if (leaf.byQuery.length > 0) {
    const parameters = query();
    operation = leaf.byQuery.find(({ key, value }) => parameters.get(key) === value)?.operation ?? operation;
  }
  if (operation === undefined) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, name] of leaf.names.entries()) {
    const value = decode(values[index] ?? '');
    if (value === undefined) return undefined;
    labels[name] = value;
  }
  return { operation, labels };
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
