import assert from 'node:assert/strict';
import type { EngineExit } from '../../../src/host/environments/engine.ts';
import {
  exitAnswer,
  platformAnswer,
  timeoutAnswer,
} from '../../../src/host/environments/life/platformAnswers.ts';
import { exitErrorType } from '../../../src/host/environments/life/startOutcome.ts';

const id = '8d3c2b1a-0000-4000-8000-000000000000';
const exit = (members: Partial<EngineExit>): EngineExit => ({
  code: null,
  signal: null,
  outOfMemory: false,
  ...members,
});
const exited = (members: Partial<EngineExit>): string =>
  exitAnswer(id, exit(members)).answer.payload.toString();
const exitError = (message: string): string =>
  `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ${id} Error: ${message}"}`;

/** spec/execution-environment.md §4.3: case, what the platform sends, what AWS was recorded to send. */
const payloads: readonly (readonly [string, string, string])[] = [
  [
    'a timeout',
    timeoutAnswer(id, 3).payload.toString(),
    `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ${id} Error: Task timed out after 3.00 seconds"}`,
  ],
  [
    'a timeout of minutes',
    timeoutAnswer(id, 900).payload.toString(),
    `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ${id} Error: Task timed out after 900.00 seconds"}`,
  ],
  ['exit status 1', exited({ code: 1 }), exitError('Runtime exited with error: exit status 1')],
  ['exit status 0', exited({ code: 0 }), exitError('Runtime exited without providing a reason')],
  ['neither status nor signal', exited({}), exitError('Runtime exited without providing a reason')],
  ['SIGKILL', exited({ signal: 'SIGKILL' }), exitError('Runtime exited with error: signal: killed')],
  [
    'SIGSEGV',
    exited({ signal: 'SIGSEGV' }),
    exitError('Runtime exited with error: signal: segmentation fault'),
  ],
  ['SIGABRT', exited({ signal: 'SIGABRT' }), exitError('Runtime exited with error: signal: aborted')],
  ['SIGTERM', exited({ signal: 'SIGTERM' }), exitError('Runtime exited with error: signal: terminated')],
  [
    'a wrapper that is missing',
    exited({ code: 127 }),
    exitError('Runtime exited with error: exit status 127'),
  ],
  [
    'a wrapper that is not executable',
    exited({ code: 126 }),
    exitError('Runtime exited with error: exit status 126'),
  ],
  [
    'a bootstrap that is missing',
    exited({
      code: 127,
      launchError: {
        errorType: 'Runtime.InvalidEntrypoint',
        message: "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
      },
    }),
    `{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ${id} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"}`,
  ],
  [
    'memory that ran out',
    exited({ signal: 'SIGKILL', outOfMemory: true }),
    exitError('Runtime exited with error: signal: killed'),
  ],
  [
    'nothing recorded',
    platformAnswer('Sandbox.Failure', id, 'The execution environment was stopped').payload.toString(),
    `{"errorType":"Sandbox.Failure","errorMessage":"RequestId: ${id} Error: The execution environment was stopped"}`,
  ],
];

describe('answers of the platform', () => {
  for (const [what, sent, recorded] of payloads) {
    it(`for ${what}, byte for byte`, () => assert.equal(sent, recorded));
  }

  it('write the message and the type into a text log', () => {
    assert.equal(
      exitAnswer(id, exit({ code: 1 })).line,
      `RequestId: ${id} Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n`,
    );
  });

  it('have another type in REPORT where memory ran out', () => {
    const killed = exit({ signal: 'SIGKILL', outOfMemory: true });
    assert.equal(exitErrorType(killed, false), 'Runtime.OutOfMemory');
    assert.equal(exitErrorType(exit({ signal: 'SIGKILL' }), true), 'Runtime.OutOfMemory');
    assert.equal(exitErrorType(exit({ signal: 'SIGKILL' }), false), 'Runtime.ExitError');
  });
});
