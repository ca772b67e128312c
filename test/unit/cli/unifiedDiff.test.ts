import assert from 'node:assert/strict';
import { unifiedDiff } from '../../../src/cli/unifiedDiff.ts';

const letters = (text: string): string[] => text.split('');

describe('two texts as diff -u shows them', () => {
  it('say nothing where nothing differs', () => {
    assert.equal(unifiedDiff(letters('abc'), letters('abc')), '');
    assert.equal(unifiedDiff([], []), '');
  });

  it('show three lines around a change', () => {
    assert.equal(
      unifiedDiff(letters('abcdefghi'), letters('abcdXfghi')),
      '@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n',
    );
  });

  it('have a hunk for each change that is far from others', () => {
    assert.equal(
      unifiedDiff(letters('abcdefghijkl'), letters('Xbcdefghijkl!')),
      '@@ -1,4 +1,4 @@\n-a\n+X\n b\n c\n d\n@@ -10,3 +10,4 @@\n j\n k\n l\n+!\n',
    );
  });

  it('show what has come from nothing, and gone to it', () => {
    assert.equal(unifiedDiff([], ['a']), '@@ -0,0 +1,1 @@\n+a\n');
    assert.equal(unifiedDiff(['a'], []), '@@ -1,1 +0,0 @@\n-a\n');
  });
});
