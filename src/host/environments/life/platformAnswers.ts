/** What the caller gets when the platform, not the function, has to answer (spec/execution-environment.md §4.3): texts and key order are AWS's. */
import type { EngineExit } from '../engine.ts';
import type { EnvironmentAnswer } from '../environment.ts';

/** `errorType` first, as AWS sends it. Outside an invocation there is no request id in the message. */
export function platformAnswer(errorType: string, requestId: string, message: string): EnvironmentAnswer {
  return {
    payload: Buffer.from(
      JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` }),
    ),
    contentType: 'application/json',
    isError: true,
    errorType,
  };
}

/** `Task timed out after 3.00 seconds` */
export function timeoutText(seconds: number): string {
  return `Task timed out after ${seconds.toFixed(2)} seconds`;
}

export function timeoutAnswer(requestId: string, seconds: number): EnvironmentAnswer {
  return platformAnswer('Sandbox.Timedout', requestId, timeoutText(seconds));
}

/** `Runtime exited with error: exit status 1`, and its sisters. */
export function exitText(exit: EngineExit): string {
  if (exit.signal === null && (exit.code === 0 || exit.code === null))
    return 'Runtime exited without providing a reason';
  return `Runtime exited with error: ${statusText(exit)}`;
}

/** `exit status 1`, `signal: killed` */
export function statusText({ signal, code }: EngineExit): string {
  return signal === null ? `exit status ${code ?? 0}` : `signal: ${signalName(signal)}`;
}

/** The answer for a runtime that ended, or never began, and the lines that AWS writes into the log for it. `said`: the error that an extension told before. */
export function exitAnswer(
  requestId: string,
  exit: EngineExit,
  said?: string,
): { answer: EnvironmentAnswer; line: string } {
  const errorType = said ?? exit.launchError?.errorType ?? 'Runtime.ExitError';
  const text = exit.launchError?.message ?? exitText(exit);
  return {
    answer: platformAnswer(errorType, requestId, text),
    line: `RequestId: ${requestId} Error: ${text}\n${errorType}\n`,
  };
}

/** Names as Go's syscall package prints them: AWS's supervisor is written in Go. */
function signalName(signal: NodeJS.Signals): string {
  return signalNames[signal] ?? signal.toLowerCase();
}

const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGALRM: 'alarm clock',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGQUIT: 'quit',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
  SIGUSR1: 'user defined signal 1',
  SIGUSR2: 'user defined signal 2',
};
