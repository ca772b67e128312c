import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  locateHandlers,
  scanExports,
  type HandlerLanguage,
} from '../../../src/workspace/handlers/locateHandlers.ts';
import { splitHandler } from '../../../src/workspace/handlers/handlerFile.ts';

/** Each `‹name›` marks where an export of that name must be found; a second word is its exported name. */
function expectLocated(marked: string, language: HandlerLanguage): void {
  const expected: [string, number, number][] = [];
  let text = '';
  for (const line of marked.split('\n')) {
    let clean = '';
    let rest = line;
    for (
      let match = /‹(\S+?)(?: (\S+?))?›/.exec(rest);
      match !== null;
      match = /‹(\S+?)(?: (\S+?))?›/.exec(rest)
    ) {
      clean += rest.slice(0, match.index);
      expected.push([match[2] ?? match[1] ?? '', text.split('\n').length - 1, clean.length]);
      clean += match[1] ?? '';
      rest = rest.slice(match.index + match[0].length);
    }
    text += `${clean}${rest}\n`;
  }
  const located = locateHandlers(text, language).map(({ symbol, line, column }) => [symbol, line, column]);
  assert.deepEqual(located, expected, text);
}

const modules: Record<string, readonly [HandlerLanguage, string]> = {
  'ES functions and constants': [
    'typescript',
    `import type { Handler } from 'aws-lambda';
export const ‹handler›: Handler<A, B> = async (event) => ({ statusCode: 200 });
export async function ‹two›(event: Event): Promise<void> {}
export function* ‹three›() {}
export const ‹four› = middy(async () => {}), five = 5, ‹six› = event => event;
export let ‹seven›: (e: E) => Promise<R> = async e => e;
export const { ‹GET›, post: ‹POST› = x } = createRouter();
export type Handler2 = () => void;
export interface Handler3 { a: string }
export class Handler4 { handler() {} }
export declare function ‹eight›(): void;`,
  ],
  'ES lists and renames point to what they name': [
    'typescript',
    `const ‹local handler› = async () => {};
function ‹other›() {}
export { local as handler, other, type Shape };
export { ‹create›, update as ‹renamed› } from './crud';`,
  ],
  'default exports': ['javascript', `const ‹fn default› = async () => 1;\nexport default fn;`],
  'CommonJS members': [
    'javascript',
    `‹exports.handler handler› = async function () {};
‹module.exports.second second› = (event) => event;
‹exports['third'] third› = async () => {};
exports.value = 5;`,
  ],
  'CommonJS object': [
    'javascript',
    `async function ‹handler›() {}
const helper = 1;
module.exports = { handler, ‹method›() {}, async ‹later›() {}, ‹arrow›: e => e, helper, nested: { deep() {} } };`,
  ],
  'what tsc writes': [
    'javascript',
    `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.handler = exports.other = void 0;
const ‹handler› = async () => { };
exports.handler = handler;`,
  ],
  'what esbuild writes': [
    'javascript',
    `var src_exports = {};
__export(src_exports, { handler: () => handler });
module.exports = __toCommonJS(src_exports);
var ‹handler› = async (event) => event;
0 && (module.exports = { handler });`,
  ],
  'texts that only look like exports': [
    'typescript',
    `// export const a = () => 1
/* export const b = () => 1
*/ const s = "export const c = () => 1", t = 'it\\'s export const d = () => 1';
const u = \`x \${ { y: \`export const e\` } } export const f = () => 1\`;
const r = /export const g = () => '/.test(s) ? 1 / 2 : 3;
function inner() { const handler = () => 1; return { exports: { h: 1 } }; }
obj.exports.i = () => 1;
export const ‹real› = () => 1;`,
  ],
  'half typed code keeps what stands before and after': [
    'typescript',
    `export const ‹first› = async () => { return 1; };
const broken = "unterminated
export const ‹second› = async (event => {`,
  ],
  'Python definitions': [
    'python',
    `"""Doc: def no(event, context): pass
def nor_this(event, context): pass
"""
import os
@decorated(
    option=1,
)
def ‹lambda_handler›(event: dict, context=None) -> dict:
    def inner(event, context):
        pass
    return {"def": 'def x(): #'}  # def comment(): pass
async def ‹handler›(event, context): return 1
‹api› = Mangum(app)
‹small› = lambda event, context: 1
VALUE = 5
class Thing:
    def method(self): pass
TEXT = '''
def hidden(event, context): pass
'''
def ‹last›(
    event,
    context,
): return 1`.replace('import os\n', ''),
  ],
  'Python half typed': [
    'python',
    `‹data› = call(1,\ndef ‹handler›(event, context):\n    return "x\n\ndef ‹after›(e, c): pass`,
  ],
};

describe('locateHandlers', () => {
  for (const [title, [language, marked]] of Object.entries(modules)) {
    it(title, () => {
      // The mark of a member assignment covers it whole: `‹exports.a a›`.
      expectLocated(marked, language);
      expectLocated(marked.replaceAll('\n', '\r\n').replaceAll('\r\n', '\n'), language);
    });
  }

  it('tells when a module may export more than can be seen', () => {
    const complete = (text: string, language: HandlerLanguage): boolean =>
      scanExports(text, language).complete;
    assert.equal(complete('export const a = 1;', 'typescript'), true);
    assert.equal(complete("export * from './b';", 'typescript'), false);
    assert.equal(complete('module.exports = create();', 'javascript'), false);
    assert.equal(complete('module.exports = { ...all };', 'javascript'), false);
    assert.equal(complete('exports[name] = 1;', 'javascript'), false);
    assert.equal(complete('Object.assign(exports, all);', 'javascript'), false);
    assert.equal(complete('def a(): pass', 'python'), true);
    assert.equal(complete('from b import *', 'python'), false);
    assert.equal(complete('if x:\n    def handler(e, c): pass', 'python'), false);
  });

  it('never fails and stays inside the text, whatever the text', () => {
    const fragment = fc.constantFrom(
      ...[
        'export ',
        'const ',
        'handler',
        ' = ',
        'async ',
        '() => {',
        '}',
        '{',
        '(',
        ')',
        '`',
        '${',
        '"',
        "'",
        '/',
        '\\',
        '\n',
      ],
      ...[
        'module.exports',
        'exports.',
        '[',
        ']',
        ',',
        'function ',
        'def ',
        '"""',
        '#',
        '//',
        '/*',
        '*/',
        ':',
        'import ',
        ' as ',
      ],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(fragment).map(parts => parts.join('')),
    );
    const languages = fc.constantFrom<HandlerLanguage>('javascript', 'typescript', 'python');
    fc.assert(
      fc.property(text, languages, (source, language) => {
        const lines = source.split('\n');
        for (const { line, column, symbol } of locateHandlers(source, language)) {
          assert.ok(line < lines.length && column <= (lines[line] ?? '').length);
          assert.notEqual(symbol, '');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('a handler is found between any code that balances', () => {
    const noise = fc.constantFrom(
      'const a = "export";',
      'function b() { return `x${1 + 1}`; }',
      '// exports.handler',
      'const re = /[/"]/g;',
      'if (x) { y({ z: [1, 2] }); }',
      'type T = { a: string };',
    );
    fc.assert(
      fc.property(fc.array(noise), fc.array(noise), (before, after) => {
        const text = [...before, 'export const handler = async () => 1;', ...after].join('\n');
        const found = locateHandlers(text, 'typescript');
        assert.deepEqual(
          found.map(({ symbol, line, column }) => [symbol, line, column]),
          [['handler', before.length, 13]],
        );
      }),
    );
  });

  it('a long text takes no long time', () => {
    const text = 'const a = { b: [1, 2, "c"] }; // d\n'.repeat(20_000);
    const started = performance.now();
    locateHandlers(text, 'javascript');
    locateHandlers(`${'(['.repeat(50_000)}"`, 'python');
    assert.ok(performance.now() - started < 3000);
  });
});

describe('splitHandler', () => {
  const rows: readonly (readonly [string, 'node' | 'python', string | undefined])[] = [
    ['index.handler', 'node', 'index handler'],
    ['src/app.handler', 'node', 'src/app handler'],
    ['./src/app.handler', 'node', 'src/app handler'],
    ['src/app.api.get', 'node', 'src/app api'],
    ['a.b/c.d', 'node', 'a.b/c d'],
    ['handler', 'node', undefined],
    ['index.', 'node', undefined],
    ['../index.handler', 'node', undefined],
    ['a b.handler', 'node', undefined],
    ['.handler', 'node', undefined],
    ['app.lambda_handler', 'python', 'app lambda_handler'],
    ['src/app.handler', 'python', 'src/app handler'],
    ['src.pkg.app.handler', 'python', 'src/pkg/app handler'],
    ['handler', 'python', undefined],
    ['.handler', 'python', undefined],
  ];
  for (const [handler, language, expected] of rows) {
    it(`${language}: ${handler}`, () => {
      const parts = splitHandler(handler, language);
      assert.equal(parts && `${parts.module} ${parts.symbol}`, expected);
    });
  }
});
