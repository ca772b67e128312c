import assert from 'node:assert/strict';
import { runtimeIdentifiers, runtimeInfo } from '../../../src/host/runtimes/runtimeTable.ts';

describe('runtime table', () => {
  it('knows what an identifier stands for', () => {
    assert.deepEqual(runtimeInfo('nodejs20.x'), {
      identifier: 'nodejs20.x',
      language: 'node',
      version: '20',
      image: 'nodejs:20',
      operatingSystem: 'al2023',
      deprecation: '2026-04-30',
      blockCreate: '2026-08-31',
      blockUpdate: '2026-09-30',
    });
    assert.equal(runtimeInfo('nodejs99.x'), undefined);
  });

  it('has dates that are dates, in order', () => {
    for (const identifier of runtimeIdentifiers()) {
      const { deprecation, blockCreate, blockUpdate } = runtimeInfo(identifier)!;
      const dates = [deprecation, blockCreate, blockUpdate].filter(date => date !== undefined);
      for (const date of dates) assert.equal(new Date(date).toISOString().slice(0, 10), date);
      assert.deepEqual([...dates].sort(), dates, identifier);
    }
  });
});
