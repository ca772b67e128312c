import assert from 'node:assert/strict';
import { compilePattern } from '../../../../src/host/functions/patterns/eventPattern.ts';

describe('event patterns', () => {
  for (const [pattern, matching, others] of [
    [
      { a: ['x', 1, null] },
      [{ a: 'x' }, { a: 1 }, { a: null }, { a: ['y', 'x'] }],
      [{ a: 'y' }, { a: '1' }, {}, { a: [] }],
    ],
    [{ a: ['x'], b: [true] }, [{ a: 'x', b: true }], [{ a: 'x' }, { a: 'x', b: false }]],
    [{ a: [{ prefix: 'x' }] }, [{ a: 'xy' }], [{ a: 'yx' }, { a: 1 }]],
    [{ a: [{ suffix: 'x' }] }, [{ a: 'yx' }], [{ a: 'xy' }]],
    [{ a: [{ 'equals-ignore-case': 'aB' }] }, [{ a: 'Ab' }], [{ a: 'abc' }]],
    [{ a: [{ prefix: { 'equals-ignore-case': 'aB' } }] }, [{ a: 'ABc' }], [{ a: 'b' }]],
    [{ a: [{ wildcard: '*.p?g\\*' }] }, [{ a: 'x.p?g*' }], [{ a: 'x.png' }]],
    [{ a: [{ 'anything-but': ['x', 1] }] }, [{ a: 'y' }, { a: 2 }, { a: null }], [{ a: 'x' }, { a: 1 }, {}]],
    [{ a: [{ 'anything-but': { prefix: 'x' } }] }, [{ a: 'y' }], [{ a: 'xy' }, {}]],
    [{ a: [{ 'anything-but': { suffix: ['x', 'y'] } }] }, [{ a: 'z' }], [{ a: 'zx' }, { a: 'zy' }]],
    [{ a: [{ numeric: ['>', 0, '<=', 5] }] }, [{ a: 5 }, { a: 0.1 }], [{ a: 0 }, { a: 6 }, { a: '3' }]],
    [{ a: [{ numeric: ['=', 3.5] }] }, [{ a: 3.5 }], [{ a: 3 }]],
    [{ a: [{ cidr: '10.0.0.0/24' }] }, [{ a: '10.0.0.255' }], [{ a: '10.0.1.0' }, { a: 'x' }]],
    [{ a: [{ exists: true }] }, [{ a: null }, { a: '' }, { a: [] }], [{ b: 1 }]],
    [{ a: [{ exists: false }] }, [{ b: 1 }], [{ a: 1 }, { a: [] }]],
    [{ a: { b: ['x'] } }, [{ a: { b: 'x' } }, { a: [{ b: 'y' }, { b: 'x' }] }], [{ a: 'x' }, { 'a.b': 'x' }]],
    [{ a: { b: [{ exists: false }] } }, [{}, { a: {} }], [{ a: { b: 1 } }]],
    [
      { $or: [{ a: [1] }, { b: [2] }], c: [3] },
      [
        { a: 1, c: 3 },
        { b: 2, c: 3 },
      ],
      [{ a: 1 }, { a: 2, b: 1, c: 3 }],
    ],
    [{ constructor: [{ exists: false }] }, [{}], [{ constructor: 1 }]],
  ] as const)
    it(JSON.stringify(pattern), () => {
      const compiled = compilePattern(pattern);
      for (const event of matching)
        assert.ok(compiled.matches(event), `does not match ${JSON.stringify(event)}`);
      for (const event of others) assert.ok(!compiled.matches(event), `matches ${JSON.stringify(event)}`);
    });

  // Recorded from AWS.
  for (const [pattern, message] of [
    [{ key: [['value']] }, 'Match value must be String, number, true, false, or null'],
    [{ key: [{ 'wrong-operator': true }] }, 'Unrecognized match type wrong-operator'],
    [{ key: [{ suffix: 'value', prefix: 'value2' }] }, 'Only one key allowed in match expression'],
    [{ key: [] }, 'Empty arrays are not allowed'],
    [{ key: [{ suffix: 100 }] }, 'suffix match pattern must be a string'],
    [{ key: { suffix: 'value' } }, '"suffix" must be an object or an array'],
    [{ key: [{ cidr: 'x' }] }, "Malformed CIDR, one '/' required"],
    [{ key: [{ cidr: 'bad-filter/64' }] }, 'Nonstandard IP address: bad-filter'],
    [{ key: [{ cidr: '10.0.0.0/x' }] }, 'Malformed CIDR, mask bits must be an integer'],
    [{ key: [{ numeric: [] }] }, 'Invalid member in numeric match: ]'],
    [{ key: [{ numeric: ['operator'] }] }, 'Unrecognized numeric range operator: operator'],
    [{ key: [{ numeric: [1, '<='] }] }, 'Invalid member in numeric match: 1'],
    [{ key: [{ numeric: ['=', '000'] }] }, 'Value of equals must be numeric'],
    [{ key: [{ numeric: ['<', 100, '>', 10] }] }, 'Too many elements in numeric expression'],
    [{ key: [{ numeric: ['>=', 1, '>', 2] }] }, 'Bad numeric range operator: >'],
    [{ key: [{ numeric: ['>', 3, '<', 1] }] }, 'Bottom must be less than top'],
    [{ key: [{ numeric: ['>', 20, '<='] }] }, 'Value of <= must be numeric'],
    [{ key: [{ numeric: ['>', 20, 30] }] }, 'Bad value in numeric range: 30'],
    [{ key: [{ numeric: ['>', 20, '<', 30, '<', 50] }] }, 'Too many terms in numeric range expression'],
    [{ key: [{ exists: 'no' }] }, 'exists match pattern must be either true or false.'],
    [
      { key: [{ 'anything-but': { 'wrong-operator': null } }] },
      'Unsupported anything-but pattern: wrong-operator',
    ],
    [{ key: [{ 'anything-but': { prefix: false } }] }, 'prefix match pattern must be a string'],
  ] as const)
    it(`refuse ${JSON.stringify(pattern)}`, () => {
      assert.throws(() => compilePattern(pattern), { name: 'PatternError', message });
    });
});
