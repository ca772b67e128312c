import assert from 'node:assert/strict';
import fc from 'fast-check';
import { makePage, readPage, type Page } from '../../../src/host/api/paging.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';

const keys = fc.uniqueArray(
  fc.string({ unit: fc.constantFrom('a', 'b', '-', '1', 'ü'), minLength: 1, maxLength: 6 }),
  {
    maxLength: 40,
  },
);
const sort = (list: readonly string[]): string[] => [...list].sort((a, b) => (a < b ? -1 : 1));
type Pager = (list: readonly string[], size: number, marker: string | undefined) => Page<string>;

const inMemory: Pager = (list, size, marker) => makePage(sort(list), key => key, { size, marker });
/** Newest first, read from somewhere as far as it is wanted. */
const inParts: Pager = (list, size, marker) =>
  readPage(
    (after, limit) =>
      sort(list)
        .reverse()
        .filter(key => after === undefined || key < after)
        .slice(0, limit),
    key => key,
    { size, marker },
  );

describe('pages of a list', () => {
  for (const [name, page] of Object.entries({ inMemory, inParts }))
    it(`${name}: show what stays all along exactly once, whatever comes and goes in between`, () => {
      fc.assert(
        fc.property(
          keys,
          fc.array(keys, { maxLength: 4 }),
          fc.integer({ min: 1, max: 9 }),
          (stays, others, size) => {
            const seen: string[] = [];
            let marker: string | undefined;
            for (let turn = 0; ; turn++) {
              const list = [...new Set([...stays, ...(others[turn % Math.max(1, others.length)] ?? [])])];
              const { items, nextMarker } = page(list, size, marker);
              assert.ok(items.length <= size);
              seen.push(...items);
              if (nextMarker === null) break;
              assert.equal(items.length, size, 'only the last page is short');
              assert.match(nextMarker, /^[A-Za-z0-9_-]+$/);
              marker = nextMarker;
            }
            assert.equal(new Set(seen).size, seen.length);
            assert.deepEqual(
              stays.filter(key => !seen.includes(key)),
              [],
            );
          },
        ),
      );
    });

  it('begin at the first item for an empty marker, as for none', () => {
    assert.deepEqual(inMemory(['a', 'b'], 1, ''), inMemory(['a', 'b'], 1, undefined));
    assert.deepEqual(inMemory([], 1, undefined), { items: [], nextMarker: null });
    assert.equal(inMemory(['a', 'b'], 2, undefined).nextMarker, null);
  });

  it('refuse a marker that is none of theirs', () => {
    const refused = (ask: () => unknown, marker: string): void =>
      assert.throws(
        ask,
        (error: unknown) =>
          error instanceof AwsError &&
          error.code === 'InvalidParameterValueException' &&
          error.message === `Invalid pagination token: ${marker}`,
      );
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), marker => {
        fc.pre(!Buffer.from(marker, 'base64url').toString().startsWith('after:'));
        refused(() => inMemory(['a'], 1, marker), marker);
        refused(() => inParts(['a'], 1, marker), marker);
      }),
    );
    const { nextMarker } = inMemory(['a', 'b'], 1, undefined);
    const numbers = { size: 1, marker: nextMarker ?? '', isKey: (key: string) => /^\d+$/.test(key) };
    refused(() => readPage(() => [], String, numbers), nextMarker ?? '');
  });
});
