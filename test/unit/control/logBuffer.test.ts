import assert from 'node:assert/strict';
import { createLogBuffer } from '../../../src/host/control/logBuffer.ts';
import type { LogRecord } from '../../../src/protocol/model.ts';

const record = (text: string, functionName = 'f'): LogRecord => ({
  functionName,
  environmentId: 'e',
  time: 0,
  kind: 'function',
  text,
});

describe('log buffer', () => {
  it('answers the last records, oldest first, by function', () => {
    const buffer = createLogBuffer();
    for (const text of ['a', 'b', 'c']) buffer.add(record(text));
    buffer.add(record('other', 'g'));
    assert.deepEqual(
      buffer.last('f', 2).map(({ text }) => text),
      ['b', 'c'],
    );
    assert.deepEqual(buffer.last('f', 0), []);
    assert.deepEqual(buffer.last('unknown', 5), []);
  });

  it('stays bounded in records and in characters', () => {
    const buffer = createLogBuffer();
    for (let i = 0; i < 10_000; i++) buffer.add(record(`line ${i}`));
    assert.ok(buffer.last('f', 100_000).length <= 2000);
    assert.equal(buffer.last('f', 1)[0]!.text, 'line 9999');
    const wide = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 100; i++) buffer.add(record(wide));
    const kept = buffer.last('f', 100_000).reduce((sum, { text }) => sum + text.length, 0);
    assert.ok(kept <= 1024 * 1024 + wide.length, String(kept));
  });

  it('forgets a function', () => {
    const buffer = createLogBuffer();
    buffer.add(record('a'));
    buffer.forget('f');
    assert.deepEqual(buffer.last('f', 10), []);
  });
});
