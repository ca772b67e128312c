/** Reads a resource's properties one by one: a bad one becomes a Problem at its place and hides no other. */
import type { ProblemCode, Span } from '../sourceText.ts';
import { evaluate, settle } from './intrinsics.ts';
import type { LoadedTemplate } from './loadTemplate.ts';
import { type Resource, type Scope, TemplateError, type Value } from './scope.ts';
import { child, intrinsicOf, type TemplateNode } from './templateNode.ts';

export class PropertyReader {
  readonly template: LoadedTemplate;
  readonly resource: Resource;
  /** The function's name, once it is known: its problems carry it. */
  functionName: string | undefined;
  private readonly scope: Scope;

  constructor(template: LoadedTemplate, resource: Resource) {
    this.template = template;
    this.resource = resource;
    this.scope = template.scope((span, code, message) => this.report('info', code, span, message));
  }

  report(severity: 'error' | 'warning' | 'info', code: ProblemCode, span: Span, message: string): void {
    this.template.report(severity, code, span, message, this.functionName);
  }

  node(...path: readonly string[]): TemplateNode | undefined {
    let node = this.resource.properties;
    for (const key of path) {
      const member = child(node, key);
      node = this.attempt(() => settle(member, this.scope));
    }
    return node;
  }

  /** Where a complaint about a property stands: its value, else the resource's name. */
  spanOf(...path: readonly string[]): Span {
    return this.node(...path) ?? this.resource.keySpan;
  }

  value(node: TemplateNode | undefined): Value | undefined {
    return node === undefined ? undefined : (this.attempt(() => evaluate(node, this.scope)) ?? undefined);
  }

  private attempt<T>(compute: () => T): T | undefined {
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      // The reader of the text has found these already, wherever they stand.
      if (error.code !== 'unknown-intrinsic') this.report('error', error.code, error.span, error.message);
      return undefined;
    }
  }

  text(...path: readonly string[]): string | undefined {
    const node = this.node(...path);
    const value = this.value(node);
    if (value === undefined) return undefined;
    if (typeof value !== 'object') return String(value);
    this.complain(node, path, 'is a text');
    return undefined;
  }

  /** A whole number within AWS's bounds, else `fallback` and a Problem. */
  integer(path: readonly string[], bounds: { least: number; most: number; fallback: number }): number {
    const node = this.node(...path);
    const value = this.value(node);
    if (value === undefined) return bounds.fallback;
    const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
    if (value !== '' && Number.isInteger(number) && number >= bounds.least && number <= bounds.most)
      return number;
    this.complain(node, path, `is a whole number from ${bounds.least} to ${bounds.most}`);
    return bounds.fallback;
  }

  /** A list of texts; a single text counts as a list of one. */
  texts(...path: readonly string[]): string[] {
    const node = this.node(...path);
    const value = this.value(node);
    if (value === undefined) return [];
    if (typeof value !== 'object') return [String(value)];
    if (Array.isArray(value) && value.every(item => typeof item !== 'object')) return value.map(String);
    this.complain(node, path, 'is a list of texts');
    return [];
  }

  /** A map of texts; each bad entry is left out by itself. */
  textMap(...path: readonly string[]): Record<string, string> {
    const node = this.node(...path);
    if (node === undefined || (node.kind === 'scalar' && node.value === null)) return {};
    const entries =
      node.kind === 'map' && intrinsicOf(node) === undefined
        ? [...node.entries.values()].map(entry => [entry.key, this.value(entry.value), entry.value] as const)
        : Object.entries(this.mapValue(node, path)).map(([key, value]) => [key, value, node] as const);
    const texts: Record<string, string> = {};
    for (const [key, value, at] of entries) {
      if (value === undefined) continue;
      if (typeof value === 'object') this.complain(at, [...path, key], 'is a text');
      else texts[key] = String(value);
    }
    return texts;
  }

  private mapValue(node: TemplateNode, path: readonly string[]): Readonly<Record<string, Value>> {
    const value = this.value(node);
    if (value === undefined || value === null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, Value>;
    this.complain(node, path, 'is a map of texts');
    return {};
  }

  private complain(node: TemplateNode | undefined, path: readonly string[], what: string): void {
    this.report('error', 'template-value', node ?? this.resource.keySpan, `${path.join('.')} ${what}.`);
  }
}
