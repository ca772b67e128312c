import assert from 'node:assert/strict';
import { buildNews } from '../../../src/extension/project/buildNews.ts';
import { functionSummary } from './builders.ts';

describe('news of builds', () => {
  const good = functionSummary('a');
  const bad = functionSummary('a', { buildError: 'app.ts:3:1: Expected ";"' });
  const worse = functionSummary('a', { buildError: 'app.ts:9:1: Unexpected "}"' });

  it('are a mistake, another mistake, and that there is none any more', () => {
    assert.deepEqual(buildNews(good, bad), { kind: 'broken', error: 'app.ts:3:1: Expected ";"' });
    assert.deepEqual(buildNews(undefined, bad), { kind: 'broken', error: 'app.ts:3:1: Expected ";"' });
    assert.deepEqual(buildNews(bad, worse), { kind: 'broken', error: 'app.ts:9:1: Unexpected "}"' });
    assert.deepEqual(buildNews(bad, good), { kind: 'mended' });
  });

  it('are none where nothing changed', () => {
    assert.equal(buildNews(good, good), undefined);
    assert.equal(buildNews(undefined, good), undefined);
    assert.equal(buildNews(bad, { ...bad, memorySize: 512 }), undefined);
  });
});
