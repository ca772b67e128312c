import assert from 'node:assert/strict';
import { EventMessage } from '../../../src/host/api/eventStream.ts';

/** The vectors of AWS's own event-stream libraries. */
describe('a message of an event stream', () => {
  it('without headers and payload is its lengths and checksums', () => {
    const message = new EventMessage({}).encode(Buffer.alloc(0));
    assert.equal(message.toString('hex'), '000000100000000005c248eb7d98c8ff');
  });

  it('has its payload as it is', () => {
    const message = new EventMessage({}).encode(Buffer.from("{'foo':'bar'}"));
    assert.equal(
      message.toString('hex'),
      '0000001d00000000fd528c5a7b27666f6f273a27626172277dc365393 6'.replace(' ', ''),
    );
  });

  it('has headers of text in their order', () => {
    const message = new EventMessage({ 'content-type': 'application/json' }).encode(
      Buffer.from("{'foo':'bar'}"),
    );
    assert.equal(message.readUInt32BE(0), message.length);
    assert.equal(message.readUInt32BE(4), 32);
    assert.equal(message.subarray(12, 44).toString('latin1'), '\x0ccontent-type\x07\x00\x10application/json');
    assert.equal(message.subarray(44, -4).toString(), "{'foo':'bar'}");
  });
});
