import assert from 'node:assert/strict';
import { functionErrorOf } from '../../../src/client/functionError.ts';
import { resultDocument } from '../../../src/extension/result/resultDocument.ts';
import type { Places } from '../../../src/extension/result/resultDocument.ts';
import { resultSections } from '../../../src/extension/result/resultText.ts';
import type { ResultState } from '../../../src/extension/result/resultText.ts';
import { invocationRecord } from './builders.ts';

const sectionsOf = (state: ResultState) =>
  resultSections({ functionName: 'create-order', eventTitle: 'two', event: '{"n":21}', state });

const textOf = async (state: ResultState, places: Places = nowhere): Promise<string> =>
  (await resultDocument(sectionsOf(state), places)).text;

const nowhere: Places = { source: () => Promise.resolve(undefined), show: file => file };

/** Everything in /build/index.js comes from /w/src/app.ts, ten lines further down. */
const mapped: Places = {
  source: place =>
    Promise.resolve(
      place.file === '/build/index.js'
        ? { file: '/w/src/app.ts', line: place.line + 10, column: 5 }
        : undefined,
    ),
  show: file => file.replace('/w/', ''),
};

describe('the text of a result', () => {
  it('shows an answer with the facts of its REPORT, the log and the event', async () => {
    assert.equal(
      await textOf({ kind: 'finished', record: invocationRecord() }),
      `✓ create-order succeeded in 12 ms

Start       cold, init 141 ms
Duration    12 ms, billed 154 ms
Memory      71 MB of 128 MB
Event       two
Version     $LATEST
Request id  8f14e45f-ceea-467f-a8b1-3fbd3a8b2a11

## Answer
{
  "doubled": 42
}

## Log
START RequestId: 8f14 Version: $LATEST
END RequestId: 8f14
REPORT RequestId: 8f14

## Event
{
  "n": 21
}
`,
    );
  });

  it('says what it would have cost, why it waited, and what brought it about', async () => {
    const record = invocationRecord({
      billing: { architecture: 'arm64', eventBytes: 8 },
      waitMs: 1_250,
      attempt: 2,
      cause: 'function-error',
      parent: 'the-caller',
      environmentId: 'env-1',
    });
    const text = await textOf({ kind: 'finished', record });
    // 0.154 s of 128 MB on arm64, and a request.
    assert.match(text, /\nCost +estimate \$0\.000000457 \(us-east-1, no free tier\)\n/);
    assert.match(text, /\nWaited +1\.25 s for an environment\n/);
    assert.match(
      text,
      /\nAttempt +2 \(after a function error\)\nCaused by +the-caller\nEnvironment +env-1\n/,
    );
    const short = await textOf({ kind: 'finished', record: { ...record, waitMs: 9 } });
    assert.doesNotMatch(short, /Waited/);
  });

  it('names what was left behind, with what Lambda does with it', async () => {
    const record = invocationRecord({
      leftBehind: ['Timeout 5 s at /build/index.js:3', 'Process 7 sleep 60'],
    });
    const text = await textOf({ kind: 'finished', record }, mapped);
    assert.equal(
      text.slice(text.indexOf('## Left'), text.indexOf('## Log')),
      `## Left Behind
Timeout 5 s at src/app.ts:13:5
Process 7 sleep 60

→ This still went on after the answer. Lambda freezes it there: it goes on with the next event in the same environment, or is lost with it.

`,
    );
  });

  it('shows an error first, its stack in terms of the sources', async () => {
    const result = JSON.stringify({
      errorType: 'TypeError',
      errorMessage: 'no n',
      trace: [
        'TypeError: no n',
        '    at handler (/build/index.js:3:9)',
        '    at run (/elsewhere/run.js:1:2)',
      ],
    });
    const record = invocationRecord({ status: 'error', errorType: 'TypeError', result });
    const { text, links } = await resultDocument(sectionsOf({ kind: 'finished', record }), mapped);
    assert.match(text, /^✗ create-order failed after 12 ms: TypeError\n/);
    assert.match(
      text,
      /## Error\nTypeError: no n\n {4}at handler \(src\/app\.ts:13:5\)\n {4}at run \(\/elsewhere\/run\.js:1:2\)\n/,
    );
    const line = text.split('\n').indexOf('    at handler (src/app.ts:13:5)');
    assert.deepEqual(
      links.find(link => link.line === line),
      { line, startColumn: 16, endColumn: 31, target: { file: '/w/src/app.ts', line: 13, column: 5 } },
    );
  });

  it('says that old code ran, from the answer on', async () => {
    const buildError = 'src/create.ts:3:1: Expected ";"';
    const head =
      /^✓ create-order succeeded.*\n⚠ The last good code ran, not what the editor shows:\n {2}src\/create\.ts:3:1: Expected ";"\n\n/;
    assert.match(
      await textOf({ kind: 'answered', answer: '1', failed: false, requestId: 'r', buildError }),
      head,
    );
    assert.match(await textOf({ kind: 'finished', record: invocationRecord({ buildError }) }), head);
  });

  it('says what to install where a package is missing', async () => {
    const result = JSON.stringify({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: "Error: Cannot find module 'uuid'",
      trace: [],
    });
    assert.match(
      await textOf({ kind: 'finished', record: invocationRecord({ status: 'error', result }) }),
      /## Error\nRuntime\.ImportModuleError: Error: Cannot find module 'uuid'\n\n→ uuid is not installed in the project: npm install uuid\n/,
    );
  });

  it('reads the body of an HTTP answer as a browser would', async () => {
    const answer = JSON.stringify({ statusCode: 201, body: '{"id":7}' });
    assert.match(
      await textOf({ kind: 'answered', answer, failed: false, requestId: 'r' }),
      /## Body, decoded\n\{\n {2}"id": 7\n\}/,
    );
    const base64 = Buffer.from('[1]').toString('base64');
    const encoded = JSON.stringify({ statusCode: 200, body: base64, isBase64Encoded: true });
    assert.match(
      await textOf({ kind: 'answered', answer: encoded, failed: false, requestId: 'r' }),
      /decoded\n\[\n/,
    );
    const plain = JSON.stringify({ statusCode: 200, body: 'fine' });
    assert.doesNotMatch(
      await textOf({ kind: 'answered', answer: plain, failed: false, requestId: 'r' }),
      /decoded/,
    );
  });

  it('says why nothing was invoked', async () => {
    const text = await textOf({
      kind: 'refused',
      code: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
    });
    assert.match(
      text,
      /^✗ create-order was not invoked\n\n## Error\nTooManyRequestsException: Rate Exceeded\.\n/,
    );
  });

  it('says an event once that is called by its text', () => {
    const facts = { functionName: 'a', state: { kind: 'running' } } as const;
    const title = (eventTitle: string, event: string): string | undefined =>
      resultSections({ ...facts, eventTitle, event })[1]?.title;
    assert.equal(title('{}', '{}'), 'Event');
    assert.equal(title('new-event', '{}'), 'Event: new-event');
  });

  it('shows what is no JSON as it came, and nothing as nothing', async () => {
    assert.match(
      await textOf({ kind: 'answered', answer: 'plain', failed: false, requestId: 'r' }),
      /## Answer\nplain\n/,
    );
    assert.match(
      await textOf({ kind: 'answered', answer: '', failed: false, requestId: 'r' }),
      /## Answer\n\(nothing\)\n/,
    );
  });

  it('tells a timeout, a throttle, and a retry from an event source', async () => {
    const timeout = invocationRecord({ status: 'timeout' });
    assert.match(
      await textOf({ kind: 'finished', record: timeout }),
      /^✗ create-order timed out after 12 ms/,
    );
    const { report: _, ...throttled } = invocationRecord({ status: 'throttled' });
    assert.match(await textOf({ kind: 'finished', record: throttled }), /^✗ create-order was throttled/);
    const retry = invocationRecord({ source: 'retry', attempt: 2 });
    assert.match(await textOf({ kind: 'finished', record: retry }), /\nSource {6}retry\nAttempt {5}2\n/);
  });

  it('knows where each part begins and ends, for folding', async () => {
    const { text, sections } = await resultDocument(
      sectionsOf({ kind: 'finished', record: invocationRecord() }),
      nowhere,
    );
    const lines = text.split('\n');
    const answer = sections.find(section => section.title === 'Answer');
    assert.equal(lines[answer?.startLine ?? -1], '## Answer');
    assert.equal(lines[answer?.endLine ?? -1], '}');
  });
});

describe('the error of an answer', () => {
  it('keeps a message of several lines once', () => {
    const answer = {
      errorType: 'Error',
      errorMessage: 'a\nb',
      trace: ['Error: a', 'b', '    at x (/y.js:1:1)'],
    };
    assert.equal(functionErrorOf(JSON.stringify(answer)), 'Error: a\nb\n    at x (/y.js:1:1)');
  });

  it('leaves out the frames of Node and of the runtime', () => {
    const trace = [
      'TypeError: no',
      '    at total (/w/src/total.js:3:4)',
      '    at runBuffered (/x/dist/bootstraps/node/current.cjs:41:26)',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)',
      '    at async Runtime.handleOnceNonStreaming (file:///var/runtime/index.mjs:1173:29)',
      '    at async assign (/x/dist/bootstraps/node/bootstrap.cjs:20:3)',
      '    at /w/bootstraps/mine.js:1:2',
    ];
    assert.equal(
      functionErrorOf(JSON.stringify({ errorType: 'TypeError', errorMessage: 'no', trace })),
      'TypeError: no\n    at total (/w/src/total.js:3:4)\n    at /w/bootstraps/mine.js:1:2',
    );
  });

  it('reads Python’s stack, an error without a type, and nothing else', () => {
    const answer = {
      errorType: 'KeyError',
      errorMessage: "'n'",
      stackTrace: ['  File "/w/app.py", line 3, in handler\n    event["n"]\n'],
    };
    assert.equal(
      functionErrorOf(JSON.stringify(answer)),
      'KeyError: \'n\'\n  File "/w/app.py", line 3, in handler\n    event["n"]',
    );
    assert.equal(functionErrorOf('{"errorMessage":"late"}'), 'late');
    assert.equal(functionErrorOf('{"message":"x"}'), undefined);
    assert.equal(functionErrorOf('oops'), undefined);
  });
});
