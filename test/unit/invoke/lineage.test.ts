import assert from 'node:assert/strict';
import { enterFunction, MOST_IN_CHAIN } from '../../../src/host/invoke/lineage.ts';

const F = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const G = 'arn:aws:lambda:us-east-1:000000000000:function:g';
const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0';

describe('the lineage of calls', () => {
  it('names each function of a chain, and how often it has been there before', () => {
    const first = enterFunction(ROOT, F);
    assert.match(first.header, new RegExp(`^${ROOT};Lineage=[0-9a-f]{8}:0$`));
    assert.equal(first.before, 0);
    const second = enterFunction(first.header, G);
    assert.match(second.header, /;Lineage=[0-9a-f]{8}:0\|[0-9a-f]{8}:0$/);
    const third = enterFunction(second.header, F);
    assert.equal(third.before, 1);
    assert.match(third.header, /;Lineage=[0-9a-f]{8}:0\|[0-9a-f]{8}:1$/);
  });

  it('counts a loop', () => {
    let header = ROOT;
    for (let n = 0; n <= MOST_IN_CHAIN; n++) {
      const entered = enterFunction(enterFunction(header, G).header, F);
      assert.equal(entered.before, n);
      ({ header } = entered);
    }
  });

  it('reads the newer form, and forgets what it cannot read', () => {
    const [, id = ''] = /Lineage=([0-9a-f]{8})/.exec(enterFunction(ROOT, F).header) ?? [];
    const read = (lineage: string): number => enterFunction(`${ROOT};Lineage=${lineage}`, F).before;
    assert.equal(read(`1:${id}:4`), 5);
    assert.equal(read(`a87bd80c:1|${id}:4`), 5);
    assert.equal(read('nonsense'), 0);
    assert.equal(read(''), 0);
    assert.equal(enterFunction('', F).before, 0);
  });
});
