/** How an extension fails its environment, and what a caller is told of it (spec/execution-environment.md §2.4, §4.3). */
import type { EngineExit } from '../engine.ts';
import type { EnvironmentAnswer } from '../environment.ts';
import { platformAnswer, statusText } from './platformAnswers.ts';

export interface ExtensionFailure {
  readonly errorType:
    'Extension.Crash' | 'Extension.ExitError' | 'Extension.InitError' | 'Extension.LaunchError';
  /** `exit status 1`, `signal: killed` …: what AWS says of it, after `Error: `. */
  readonly message: string;
  /** What a user should know besides; for the log. */
  readonly hint?: string;
}

/** Of the process of an external one that ended outside of a shutdown; `said` is what it told before. */
export function failureOfExit(
  exit: EngineExit,
  said: 'Extension.InitError' | 'Extension.ExitError' | undefined,
): ExtensionFailure {
  const message = exit.signal === null && exit.code === 0 ? 'exit code 0' : statusText(exit);
  return { errorType: said ?? 'Extension.Crash', message };
}

/** The answer to a caller, and the lines in the log. */
export function extensionAnswer(
  requestId: string,
  failure: ExtensionFailure,
): { answer: EnvironmentAnswer; line: string } {
  const { errorType, message } = failure;
  return {
    answer: platformAnswer(errorType, requestId, message),
    line: `RequestId: ${requestId} Error: ${message}\n${errorType}\n`,
  };
}
