import assert from 'node:assert/strict';
import { handlerAt, handlerPlaces } from '../../../src/extension/codelens/handlerPlaces.ts';
import { declaredFunction } from './builders.ts';

const file = '/w/src/app.ts';
const at = (symbol: string, line: number) => ({
  handlerLocation: { file, line, column: 0, symbol, language: 'typescript' } as const,
});
const functions = [
  declaredFunction('second', at('second', 20)),
  declaredFunction('first', at('first', 3)),
  declaredFunction('elsewhere', {
    handlerLocation: { ...at('first', 3).handlerLocation, file: '/w/other.ts' },
  }),
  declaredFunction('unknown'),
];

describe('places of handlers', () => {
  it('follow the symbol to where it stands now', () => {
    const exports = [
      { symbol: 'first', line: 5 },
      { symbol: 'second', line: 22 },
      { symbol: 'helper', line: 30 },
    ];
    assert.deepEqual(handlerPlaces(functions, file, exports), [
      { name: 'first', line: 5 },
      { name: 'second', line: 22 },
    ]);
  });

  it('are none for what the text does not export any more', () => {
    assert.deepEqual(handlerPlaces(functions, file, [{ symbol: 'second', line: 1 }]), [
      { name: 'second', line: 1 },
    ]);
  });

  it('are found from the cursor: the handler that it is in or below, else the first', () => {
    const places = [
      { name: 'first', line: 5 },
      { name: 'second', line: 22 },
    ];
    assert.equal(handlerAt(places, 0)?.name, 'first');
    assert.equal(handlerAt(places, 21)?.name, 'first');
    assert.equal(handlerAt(places, 22)?.name, 'second');
    assert.equal(handlerAt(places, 99)?.name, 'second');
    assert.equal(handlerAt([], 3), undefined);
  });
});
