import assert from 'node:assert/strict';
import { aliasNameMistake } from '../../../src/extension/aliases/aliasName.ts';
import { sharesOf, spokenSplit, splitText } from '../../../src/extension/aliases/split.ts';
import { bar, offeredPercents, readPercent, routingOf } from '../../../src/extension/aliases/routing.ts';

describe('the split of an alias', () => {
  const canary = { version: '3', additional: { version: '4', weight: 0.1 } };

  it('is shown as shares, the alias’s own version first', () => {
    assert.equal(splitText(canary), '90 % v3 · 10 % v4');
    assert.equal(splitText({ version: '3' }), 'v3');
    assert.equal(splitText({ version: '$LATEST' }), '$LATEST');
    assert.equal(spokenSplit(canary), '90 percent to version 3, 10 percent to version 4');
    assert.equal(spokenSplit({ version: '3' }), 'version 3');
  });

  it('adds up to 100 whatever floating point makes of a weight', () => {
    for (let percent = 0; percent <= 100; percent += 0.25) {
      const shares = sharesOf({ version: '1', additional: { version: '2', weight: percent / 100 } });
      assert.equal(
        shares.reduce((sum, share) => sum + share.percent, 0),
        100,
      );
      assert.equal(shares[1]?.percent, percent);
    }
  });

  it('is one version alone at either end of the slider', () => {
    assert.deepEqual(routingOf('3', '4', 0), { version: '3' });
    assert.deepEqual(routingOf('3', '4', 100), { version: '4' });
    assert.deepEqual(routingOf('3', '4', 12.5), {
      version: '3',
      additional: { version: '4', weight: 0.125 },
    });
  });

  it('is drawn as a bar', () => {
    assert.equal(bar(0), '░░░░░░░░░░░░░░░░░░░░');
    assert.equal(bar(10), '██░░░░░░░░░░░░░░░░░░');
    assert.equal(bar(100), '████████████████████');
  });

  it('is offered with the percentage in force among the stops', () => {
    assert.deepEqual(offeredPercents(10), [0, 5, 10, 25, 50, 75, 90, 95, 100]);
    assert.deepEqual(offeredPercents(12.5), [0, 5, 10, 12.5, 25, 50, 75, 90, 95, 100]);
  });

  it('takes a percentage as people write one, and names what is none', () => {
    for (const [text, percent] of [
      ['12.5', 12.5],
      ['12,5 %', 12.5],
      [' 0 ', 0],
      ['100%', 100],
    ] as const)
      assert.deepEqual(readPercent(text), { percent });
    for (const text of ['', '%', 'half', '-1', '100.1', '1e3', 'Infinity']) {
      const read = readPercent(text);
      assert.ok('mistake' in read, text);
      assert.ok(read.mistake.includes(`“${text}”`), read.mistake);
    }
  });
});

describe('the name of a new alias', () => {
  it('is what Lambda takes', () => {
    for (const name of ['live', 'v1', 'a-b_c', '1a', 'x'.repeat(128)])
      assert.equal(aliasNameMistake(name, []), undefined);
  });

  it('is refused with its reason', () => {
    assert.match(aliasNameMistake('', [])!, /A name, please/);
    assert.match(aliasNameMistake('li ve', [])!, /“li ve” can’t be a name/);
    assert.match(aliasNameMistake('prod.eu', [])!, /“prod\.eu” can’t be a name/);
    assert.match(aliasNameMistake('12', [])!, /“12” would be a version/);
    assert.match(aliasNameMistake('x'.repeat(129), [])!, /129 characters are too many: Lambda takes 128/);
    assert.match(aliasNameMistake('live', ['live'])!, /There is an alias live already/);
  });
});
