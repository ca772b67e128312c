/** The exports of a JavaScript or TypeScript module, ES or CommonJS, by a light scan. */
import type { ExportScan, LocatedExport } from './locateHandlers.ts';
import { tokenize, type Token } from './javascriptTokens.ts';

type Found = Omit<LocatedExport, 'line' | 'column'> & { readonly offset: number };

export function scanJavaScript(text: string): ExportScan<Found> {
  const tokens = tokenize(text);
  const scan = new ModuleScan(tokens);
  for (let at = 0; at < tokens.length; at += 1) scan.statementAt(at);
  return { exports: [...scan.found.values()], complete: scan.complete };
}

const declarators = new Set(['const', 'let', 'var']);

class ModuleScan {
  readonly found = new Map<string, Found>();
  complete = true;
  private readonly tokens: readonly Token[];
  /** Top-level declarations by name, so that `export { a }` points to where `a` is written. */
  private declarations: Map<string, Found> | undefined;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  private text(at: number): string {
    const token = this.tokens[at];
    return token === undefined || token.kind === 'string' ? '' : token.text;
  }

  private name(at: number): string {
    const token = this.tokens[at];
    return token?.kind === 'name' ? token.text : '';
  }

  statementAt(at: number): void {
    const token = this.tokens[at];
    if (token?.kind !== 'name' || this.text(at - 1) === '.') return;
    if (token.text === 'export' && token.depth === 0) this.exportAt(at + 1);
    else if (token.text === 'exports' && token.depth <= 1) this.assignmentAt(at, at + 1);
    else if (token.text === 'module' && token.depth <= 1 && this.text(at + 1) === '.') {
      if (this.text(at + 2) === 'exports') this.assignmentAt(at, at + 3);
    } else if (token.text === 'Object' && token.depth <= 1) this.defineAt(at);
  }

  private add(entry: Found): void {
    // A half typed declaration has no name yet.
    if (entry.symbol !== '' && !this.found.has(entry.symbol)) this.found.set(entry.symbol, entry);
  }

  /** `export` … from the token behind it. */
  private exportAt(at: number): void {
    const word = this.text(at);
    if (word === 'default') {
      const local = this.tokens[at + 1];
      const known = local?.kind === 'name' && this.isEnd(at + 2) ? this.declared(local.text) : undefined;
      const own: Found = { symbol: 'default', offset: this.offset(at), kind: this.kindOf(at + 1) };
      this.add(known === undefined ? own : { ...known, symbol: 'default' });
    } else if (word === '{') this.specifiers(at);
    else if (word === '*') {
      if (this.text(at + 1) !== 'as') this.complete = false;
      else this.add({ symbol: this.name(at + 2), offset: this.offset(at + 2), kind: 'other' });
    } else if (word === '=') this.exportedValue(at + 1);
    else for (const entry of this.declarationAt(at)) this.add(entry);
  }

  /** `function x`, `const x = …, y = …`, `const { x } = …`, `class x`, also behind `async` and `declare`. */
  private declarationAt(at: number): Found[] {
    const word = this.text(at);
    if (word === 'async' || word === 'declare' || word === 'abstract') return this.declarationAt(at + 1);
    if (word === 'function') {
      const nameAt = this.text(at + 1) === '*' ? at + 2 : at + 1;
      return [{ symbol: this.name(nameAt), offset: this.offset(nameAt), kind: 'function' }];
    }
    if (word === 'class') return [{ symbol: this.name(at + 1), offset: this.offset(at + 1), kind: 'other' }];
    if (!declarators.has(word)) return [];
    const depth = this.tokens[at]?.depth ?? 0;
    if (this.text(at + 1) === '{' || this.text(at + 1) === '[') return this.destructured(at + 1);
    const entries: Found[] = [];
    for (let nameAt = at + 1; nameAt !== -1; nameAt = this.nextDeclarator(nameAt + 1, depth)) {
      const name = this.tokens[nameAt];
      if (name?.kind !== 'name') break;
      const value = this.valueBehind(nameAt + 1, depth);
      entries.push({
        symbol: name.text,
        offset: name.offset,
        kind: value === -1 ? 'other' : this.kindOf(value),
      });
    }
    return entries;
  }

  private destructured(open: number): Found[] {
    const depth = (this.tokens[open]?.depth ?? 0) + 1;
    const entries: Found[] = [];
    for (let at = open + 1; (this.tokens[at]?.depth ?? 0) >= depth; at += 1) {
      const token = this.tokens[at];
      if (token?.kind !== 'name' || token.depth !== depth || this.text(at + 1) === ':') continue;
      if (this.text(at - 1) !== '=') entries.push({ symbol: token.text, offset: token.offset, kind: 'call' });
    }
    return entries;
  }

  /** Behind a declarator's name: the token after `=`, past a type annotation; -1 without one. */
  private valueBehind(from: number, depth: number): number {
    for (let at = from; at < this.tokens.length; at += 1) {
      const token = this.tokens[at];
      if (token?.depth !== depth || token.kind === 'string') continue;
      if (token.text === '=') return at + 1;
      if (token.text === ';' || token.text === 'export') return -1;
      if (token.text === ',' && this.text(at - 1) !== '>' && this.text(at + 2) === '=') return -1;
    }
    return -1;
  }

  /** The name of the next `, name =` or `, name:` of the same statement; -1 where it ends. */
  private nextDeclarator(from: number, depth: number): number {
    for (let at = from; at < this.tokens.length; at += 1) {
      const token = this.tokens[at];
      if (token === undefined || token.depth < depth || token.text === ';') return -1;
      if (token.depth !== depth || token.kind === 'string') continue;
      if (declarators.has(token.text) || token.text === 'export' || token.text === 'function') return -1;
      if (token.text === ',' && /^[=:]$/.test(this.text(at + 2))) return at + 1;
    }
    return -1;
  }

  /** `{ a, b as c, type T }`, with or without `from`. */
  private specifiers(open: number): void {
    for (let at = open + 1; at < this.tokens.length && this.text(at) !== '}'; at += 1) {
      const token = this.tokens[at];
      if (token === undefined || (token.kind !== 'name' && token.kind !== 'string')) continue;
      if (token.text === 'type' && /^[^,}]/.test(this.text(at + 1)) && this.text(at + 1) !== 'as') {
        while (at < this.tokens.length && !/^[,}]$/.test(this.text(at + 1))) at += 1;
        continue;
      }
      const renamed = this.text(at + 1) === 'as' ? this.tokens[at + 2] : undefined;
      const symbol = renamed?.text ?? token.text;
      const declared = this.declared(token.text);
      this.add(
        declared === undefined
          ? { symbol, offset: (renamed ?? token).offset, kind: 'call' }
          : { ...declared, symbol },
      );
      if (renamed !== undefined) at += 2;
    }
  }

  /** `exports.x = …`, `module.exports = …`; `at` is the token behind `exports`. */
  private assignmentAt(from: number, at: number): void {
    const dotted = this.text(at) === '.';
    const indexed =
      this.text(at) === '[' && this.tokens[at + 1]?.kind === 'string' && this.text(at + 2) === ']';
    if (dotted || indexed) {
      const equals = dotted ? at + 2 : at + 3;
      if (this.text(equals) !== '=') return;
      const name = this.tokens[at + 1];
      if (name === undefined || this.isVoid(equals + 1)) return;
      this.addMember(name.text, this.offset(from), equals + 1);
    } else if (this.text(at) === '[') this.complete = false;
    else if (this.text(at) === '=') this.exportedValue(at + 1);
  }

  /** `void 0`, also behind `exports.b =`: tsc writes `exports.a = exports.b = void 0` before the real values. */
  private isVoid(at: number): boolean {
    if (this.text(at) !== 'exports') return this.text(at) === 'void';
    return this.text(at + 1) === '.' && this.text(at + 3) === '=' && this.isVoid(at + 4);
  }

  /** The right side of `module.exports = or `export =`. */
  private exportedValue(at: number): void {
    if (this.text(at) === 'exports' || this.text(at) === 'module') return;
    if (this.text(at) !== '{') {
      this.complete = false;
      return;
    }
    const depth = (this.tokens[at]?.depth ?? 0) + 1;
    for (let key = at + 1; (this.tokens[key]?.depth ?? 0) >= depth; key += 1) {
      const token = this.tokens[key];
      if (token?.depth !== depth || !/^[{,]$/.test(this.text(key - 1))) continue;
      if (token.text === '...' || token.text === '[') this.complete = false;
      else this.memberAt(key);
    }
  }

  /** One member of an exported object literal. */
  private memberAt(key: number): void {
    let at = key;
    while (/^(async|\*|get)$/.test(this.text(at)) && !/^[,:}(]$/.test(this.text(at + 1))) at += 1;
    const token = this.tokens[at];
    if (token === undefined || (token.kind !== 'name' && token.kind !== 'string')) return;
    if (this.text(at + 1) === ':') this.addMember(token.text, token.offset, at + 2);
    else if (this.text(at + 1) === '(') {
      this.add({ symbol: token.text, offset: token.offset, kind: 'function' });
    } else this.addMember(token.text, token.offset, at);
  }

  /** `Object.defineProperty(exports, 'x', …)`, as compilers write it. */
  private defineAt(at: number): void {
    if (this.text(at + 1) !== '.') return;
    const exportsAt = this.text(at + 4) === 'module' ? at + 6 : at + 4;
    if (this.text(exportsAt) !== 'exports') return;
    const name = this.tokens[exportsAt + 2];
    if (this.text(at + 2) === 'defineProperty' && name?.kind === 'string') {
      if (name.text !== '__esModule') this.add({ symbol: name.text, offset: this.offset(at), kind: 'call' });
    } else this.complete = false;
  }

  /** A member whose value is a declared name points to the declaration. */
  private addMember(symbol: string, offset: number, value: number): void {
    const local = this.tokens[value];
    const declared = local?.kind === 'name' && this.isEnd(value + 1) ? this.declared(local.text) : undefined;
    this.add(declared === undefined ? { symbol, offset, kind: this.kindOf(value) } : { ...declared, symbol });
  }

  private declared(name: string): Found | undefined {
    if (this.declarations === undefined) {
      this.declarations = new Map();
      for (let at = 0; at < this.tokens.length; at += 1) {
        if (this.tokens[at]?.depth !== 0 || this.tokens[at]?.kind !== 'name') continue;
        for (const entry of this.declarationAt(at)) {
          if (!this.declarations.has(entry.symbol)) this.declarations.set(entry.symbol, entry);
        }
      }
    }
    return this.declarations.get(name);
  }

  /** What the expression that begins at `at` looks like. */
  private kindOf(at: number): LocatedExport['kind'] {
    const token = this.tokens[at];
    if (token === undefined || token.kind === 'string' || token.kind === 'literal') return 'other';
    if (token.text === 'async' || token.text === 'function') return 'function';
    if (token.text === '(' || token.text === '<') return 'function';
    if (token.kind === 'name') {
      if (/^(new|true|false|null|undefined|class)$/.test(token.text)) return 'other';
      return this.text(at + 1) === '=>' ? 'function' : 'call';
    }
    return 'other';
  }

  private isEnd(at: number): boolean {
    const token = this.tokens[at];
    if (token === undefined) return true;
    return token.kind === 'name' || token.kind === 'string' || /^[;,})]$/.test(token.text);
  }

  private offset(at: number): number {
    return this.tokens[at]?.offset ?? 0;
  }
}
