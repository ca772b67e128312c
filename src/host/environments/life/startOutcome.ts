/** How the start of a runtime ended, and what INIT_REPORT says of it. */
import { AwsError } from '../../../protocol/awsError.ts';
import type { EngineExit } from '../engine.ts';
import type { RuntimeAnswer } from '../runtimeApi/runtimeStates.ts';
import type { ExtensionFailure } from './extensionFailure.ts';
import type { PhaseFailure } from './logLines.ts';

export type StartOutcome =
  | { readonly kind: 'ready' }
  /** It said that it can't: `/init/error`. */
  | { readonly kind: 'failed'; readonly answer: RuntimeAnswer }
  | { readonly kind: 'exited'; readonly exit: EngineExit }
  | { readonly kind: 'extension'; readonly failure: ExtensionFailure }
  | { readonly kind: 'timeout' }
  /** Nothing could be started at all. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /** The environment ends. */
  | { readonly kind: 'stopped' };

export function failureOf(outcome: StartOutcome, outOfMemory: boolean): PhaseFailure | undefined {
  switch (outcome.kind) {
    case 'ready':
      return undefined;
    case 'failed': {
      const { errorType } = outcome.answer;
      return { status: 'error', ...(errorType === undefined ? {} : { errorType }) };
    }
    case 'exited':
      return { status: 'error', errorType: exitErrorType(outcome.exit, outOfMemory) };
    case 'extension':
      return { status: 'error', errorType: outcome.failure.errorType };
    case 'timeout':
      return { status: 'timeout' };
    case 'refused':
    case 'stopped':
      return { status: 'failure' };
  }
}

/** The type that REPORT and INIT_REPORT name. */
export function exitErrorType(exit: EngineExit, outOfMemory: boolean): string {
  if (outOfMemory || exit.outOfMemory) return 'Runtime.OutOfMemory';
  return exit.launchError?.errorType ?? 'Runtime.ExitError';
}

export const stoppedWhileStarting = (): AwsError =>
  new AwsError('ServiceException', 500, 'The execution environment was stopped while it started.');
