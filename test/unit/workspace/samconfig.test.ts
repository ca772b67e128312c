import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parameterOverrides } from '../../../src/workspace/samconfig/parameterOverrides.ts';
import { parseSamConfig } from '../../../src/workspace/samconfig/samconfig.ts';
import { parseToml, TomlError, type TomlValue } from '../../../src/workspace/samconfig/toml.ts';

const plain = (text: string): unknown => JSON.parse(JSON.stringify(parseToml(text)));

describe('parseToml', () => {
  it('reads what samconfig.toml uses', () => {
    const text = `# a comment
version = 0.1
[default]
[default.deploy.parameters] # another
stack_name = "my \\"stack\\" \\u00e9\\t"
literal = 'C:\\path'
long = """
one \\
   two
three"""
raw = '''
a'b'''
confirm = true
count = 1_000
date = 2024-01-02
list = [
  "a", # first
  ["b", 'c'],
  { x = 1, "y z" = [] },
]
dotted.key."with space" = false
[ prod . "deploy" ]
empty = ""
`;
    assert.deepEqual(plain(text), {
      version: 0.1,
      default: {
        deploy: {
          parameters: {
            stack_name: 'my "stack" é\t',
            literal: 'C:\\path',
            long: 'one two\nthree',
            raw: "a'b",
            confirm: true,
            count: 1000,
            date: '2024-01-02',
            list: ['a', ['b', 'c'], { x: 1, 'y z': [] }],
            dotted: { key: { 'with space': false } },
          },
        },
      },
      prod: { deploy: { empty: '' } },
    });
    assert.deepEqual(plain(text.replaceAll('\n', '\r\n')), plain(text));
  });

  for (const [text, offset] of [
    ['a', 1],
    ['a = ', 4],
    ['a = b', 5],
    ['a = "b', 6],
    ['[a', 2],
    ['a = [1, 2', 9],
    ['a = [1 2]', 7],
    ['a = 1 b = 2', 6],
    ['a = 1\na.b = 2', 12],
    ['[[a]]', 0],
    ['a = "\\q"', 7],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseToml(text),
        (error: unknown) => error instanceof TomlError && Math.abs(error.offset - offset) <= 1,
      );
    });
  }

  it('reads back every table of texts that JSON strings can write', () => {
    const key = fc.string({ minLength: 1 });
    // JSON's escapes are TOML's, but for a slash and surrogates.
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.dictionary(key, fc.oneof(text, fc.array(text), fc.boolean(), fc.integer())), table => {
        const written = Object.entries(table)
          .map(([name, value]) => `${JSON.stringify(name)} = ${JSON.stringify(value)}`)
          .join('\n');
        assert.deepEqual(plain(written), JSON.parse(JSON.stringify(table)));
      }),
    );
  });

  it('ends on any text', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        try {
          parseToml(text);
        } catch (error) {
          assert.ok(error instanceof TomlError, String(error));
        }
      }),
    );
  });
});

describe('parameterOverrides', () => {
  const rows: readonly (readonly [TomlValue, [string, string][]])[] = [
    [
      'A=b C=d',
      [
        ['A', 'b'],
        ['C', 'd'],
      ],
    ],
    [
      'A="b c" D=\'e f\'',
      [
        ['A', 'b c'],
        ['D', 'e f'],
      ],
    ],
    [
      'A="say \\"hi\\"" B=x=y',
      [
        ['A', 'say "hi"'],
        ['B', 'x=y'],
      ],
    ],
    [
      'A= B=""',
      [
        ['A', ''],
        ['B', ''],
      ],
    ],
    [
      'ParameterKey=A,ParameterValue=b ParameterKey=C,ParameterValue="d e"',
      [
        ['A', 'b'],
        ['C', 'd e'],
      ],
    ],
    [
      ['A=b', 'C="d e"'],
      [
        ['A', 'b'],
        ['C', 'd e'],
      ],
    ],
    [
      { A: 'b', C: 5 },
      [
        ['A', 'b'],
        ['C', '5'],
      ],
    ],
    ['file://x.json', []],
    [5, []],
  ];
  for (const [value, expected] of rows) {
    it(JSON.stringify(value), () => assert.deepEqual(parameterOverrides(value), expected));
  }
});

describe('parseSamConfig', () => {
  it('reads YAML as well, and survives values of any shape', () => {
    const yaml =
      'version: 0.1\ndefault:\n  deploy:\n    parameters:\n      stack_name: s\n      parameter_overrides:\n        - A=b\n        - C: 5\n';
    const config = parseSamConfig('/x/samconfig.yaml', yaml);
    assert.deepEqual(
      [...config.parameters],
      [
        ['A', 'b'],
        ['C', '5'],
      ],
    );
    assert.equal(config.stackName, 's');
    for (const text of [
      'default = 5',
      '[default]\ndeploy = []',
      '',
      '[default.deploy.parameters]\nparameter_overrides = [[]]',
    ]) {
      assert.equal(parseSamConfig('/x/samconfig.toml', text).parameters.size, 0);
    }
  });
});
