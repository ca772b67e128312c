import assert from 'node:assert/strict';
import { createLeftBehindNotices } from '../../../src/host/invoke/leftBehindNotices.ts';
import type { InvocationSummary, LogRecord } from '../../../src/protocol/model.ts';
import { manualClock } from '../../helpers/manualClock.ts';
import { invocationSummary } from '../extension/builders.ts';

const summaryWith = (...leftBehind: string[]): InvocationSummary =>
  invocationSummary('r1', 'orders', { environmentId: 'e1', leftBehind });

describe('the notices of what was left behind', () => {
  let told: LogRecord[];
  let tell: ReturnType<typeof createLeftBehindNotices>;
  beforeEach(() => {
    told = [];
    tell = createLeftBehindNotices(manualClock(), record => told.push(record));
  });

  const version = (
    codeSha256: string,
    format: 'Text' | 'JSON' = 'Text',
    number = '$LATEST',
  ): Parameters<typeof tell>[0] => ({
    name: 'orders',
    version: number,
    codeSha256,
    logging: { format, group: '/aws/lambda/orders' },
  });
  const named = (): string[][] =>
    told.map(({ text }) => text.slice(text.indexOf(':') + 2, text.indexOf('. Lambda')).split('; '));

  it('tell each kind once for the code of a version', () => {
    tell(version('a'), summaryWith('Timeout 5 s at /a.js:1', 'Timeout 7 s at /a.js:2'));
    tell(version('a'), summaryWith('Timeout 5 s at /a.js:1'));
    tell(version('a'), summaryWith('Timeout 5 s at /a.js:1', 'Process 7 sleep 60'));
    tell(version('a', 'Text', '1'), summaryWith('Timeout 5 s at /a.js:1'));
    tell(version('b'), summaryWith('Timeout 5 s at /b.js:1'));
    assert.deepEqual(named(), [
      ['Timeout 5 s at /a.js:1', 'Timeout 7 s at /a.js:2'],
      ['Process 7 sleep 60'],
      ['Timeout 5 s at /a.js:1'],
      ['Timeout 5 s at /b.js:1'],
    ]);
    assert.deepEqual(
      told.map(({ functionName, requestId, environmentId, kind }) => ({
        functionName,
        requestId,
        environmentId,
        kind,
      }))[0],
      { functionName: 'orders', requestId: 'r1', environmentId: 'e1', kind: 'platform' },
    );
  });

  it('are JSON where the log is', () => {
    tell(version('a', 'JSON'), summaryWith('Process 7 sleep 60'));
    assert.deepEqual(JSON.parse(told[0]?.text ?? ''), {
      time: '2026-11-22T12:00:00.000Z',
      type: 'lamplight.notice',
      record: {
        requestId: 'r1',
        message:
          'Still going on after the answer: Process 7 sleep 60. Lambda freezes it here; it goes on with the next event in this environment, or is lost.',
      },
    });
  });
});
