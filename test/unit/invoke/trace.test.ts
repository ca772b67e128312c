import assert from 'node:assert/strict';
import { traceHeader } from '../../../src/host/invoke/trace.ts';

describe('trace header', () => {
  it("is the caller's where it has a root", () => {
    const given = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
    assert.equal(traceHeader(given, 0), given);
  });

  it('is made with the time of the call otherwise', () => {
    for (const given of [undefined, '', 'Sampled=0']) {
      assert.match(
        traceHeader(given, 0x5759e988 * 1000),
        /^Root=1-5759e988-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      );
    }
  });
});
