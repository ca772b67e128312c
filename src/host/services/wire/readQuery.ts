/**
 * Input of the query protocol: `Entry.1.Id=a&Entry.1.Body=b`, in a form or in the URL. Lists and maps are found by their
 * numbers, in order, whatever gaps there are.
 */
import type { Shape, StructureShape, ValueOf } from './shape.ts';
import { serializationError } from './serializationError.ts';

/** Parameters of the query, then those of the form. */
export function formOf(query: URLSearchParams, body: Buffer): URLSearchParams {
  const form = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(body.toString('utf8'))) form.append(name, value);
  return form;
}

/** Throws a MalformedInput error where a number is none. */
export function readQuery<S extends StructureShape>(shape: S, form: URLSearchParams): ValueOf<S> {
  const root: Node = { children: new Map() };
  for (const [name, value] of form) insert(root, name.split('.'), value);
  const input: unknown = readStructure(shape, root);
  return input as ValueOf<S>;
}

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

function insert(root: Node, path: readonly string[], value: string): void {
  let node = root;
  for (const part of path) {
    let next = node.children.get(part);
    if (next === undefined) {
      next = { children: new Map() };
      node.children.set(part, next);
    }
    node = next;
  }
  node.value ??= value;
}

function readStructure(shape: StructureShape, node: Node): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members)) {
    const flat = 'flat' in member ? member.flat : undefined;
    const found = (flat === undefined ? undefined : node.children.get(flat)) ?? node.children.get(name);
    if (found !== undefined) result[name] = read(member, found, name);
  }
  return result;
}

function read(shape: Shape, node: Node, name: string): unknown {
  switch (shape.type) {
    case 'string':
      return node.value ?? '';
    case 'blob':
      return Buffer.from(node.value ?? '', 'base64');
    case 'integer':
      if (/^-?\d+$/.test(node.value ?? '')) return Number(node.value);
      throw serializationError(
        `Value ${node.value ?? ''} for parameter ${name} is invalid. It must be an integer.`,
      );
    case 'boolean':
      return node.value === 'true';
    case 'list':
      return numbered(node, 'member').map(each => read(shape.of, each, name));
    case 'map': {
      // No prototype: the keys are the caller's.
      const result = Object.create(null) as Record<string, unknown>;
      for (const entry of numbered(node, 'entry')) {
        const key = entry.children.get(shape.key ?? 'key')?.value;
        const value = entry.children.get(shape.value ?? 'value');
        if (key !== undefined && value !== undefined) result[key] = read(shape.of, value, name);
      }
      return result;
    }
    case 'structure':
      return readStructure(shape, node);
  }
}

/** The children `1`, `2` … of a node, or of what lies between where nothing is left out. */
function numbered(node: Node, between: string): Node[] {
  const parent = node.children.get(between) ?? node;
  return [...parent.children]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}
