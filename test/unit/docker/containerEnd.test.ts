import assert from 'node:assert/strict';
import { exitFromStatus } from '../../../src/host/environments/engines/docker/containerRuntime.ts';
import {
  launchErrorOf,
  launchErrorOfRefusal,
} from '../../../src/host/environments/engines/docker/launchError.ts';

describe('how a container ended', () => {
  const rows: readonly (readonly [status: number, code: number | null, signal: string | null])[] = [
    [0, 0, null],
    [1, 1, null],
    // AWS's Node.js client exits with these after an unhandled rejection and an uncaught exception.
    [128, 128, null],
    [129, 129, null],
    [134, null, 'SIGABRT'],
    [137, null, 'SIGKILL'],
    [139, null, 'SIGSEGV'],
    [143, null, 'SIGTERM'],
    [255, 255, null],
  ];
  for (const [status, code, signal] of rows) {
    it(`${status} is ${signal ?? `exit ${String(code)}`}`, () => {
      assert.deepEqual(exitFromStatus(status, false), { code, signal, outOfMemory: false });
    });
  }
});

describe("a program that can't be started", () => {
  it("is told in AWS's words", () => {
    assert.deepEqual(launchErrorOf({ program: '/nope', reason: 'No such file or directory' }), {
      errorType: 'Runtime.InvalidEntrypoint',
      message: 'fork/exec /nope: no such file or directory',
    });
    assert.deepEqual(launchErrorOf({ program: 'nope', reason: 'No such file or directory' }), {
      errorType: 'Runtime.InvalidEntrypoint',
      message: 'exec: "nope": executable file not found in $PATH',
    });
  });

  const refusals: readonly (readonly [words: string, type: string | undefined, message?: string])[] = [
    [
      'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "nope": executable file not found in $PATH: unknown',
      'Runtime.InvalidEntrypoint',
      'exec: "nope": executable file not found in $PATH',
    ],
    [
      'failed to create task: runc create failed: exec: "/nope": stat /nope: no such file or directory: unknown',
      'Runtime.InvalidEntrypoint',
      'fork/exec /nope: no such file or directory',
    ],
    ['Cannot mkdir: /etc/passwd is not a directory', 'Runtime.InvalidWorkingDir'],
    ['Bind for 127.0.0.1:9229 failed: port is already allocated', undefined],
  ];
  for (const [words, type, message] of refusals) {
    it(`is ${type ?? 'not the reason'}: ${words.slice(0, 40)}…`, () => {
      const error = launchErrorOfRefusal(words);
      assert.equal(error?.errorType, type);
      if (message !== undefined) assert.equal(error?.message, message);
    });
  }
});
