/** What shall happen to an environment besides what its runtime does, since somebody asked for it (docs/faults.md). */

/** Within one event. `start`: instead of giving the event to the runtime; `end`: instead of taking the runtime's answer. */
export type EnvironmentFault = {
  readonly moment: 'start' | 'end';
  /** A line for the log, so that nobody takes it for a failure of the function's own. */
  readonly note: string;
} & (
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string }
  /** As if its time were over. */
  | { readonly kind: 'timeout' }
  /** Its processes are killed. */
  | { readonly kind: 'crash' }
  /** The answer is taken, then its processes are killed; its moment is `end`. */
  | { readonly kind: 'crash-after' }
);

/** In the inits of a new environment, up to the end of its first event, or its first init that succeeds. */
export type InitFault = { readonly note: string } & (
  | { readonly kind: 'failure'; readonly errorType: string; readonly errorMessage: string }
  /** An init takes so many milliseconds at least. */
  | { readonly kind: 'slow'; readonly ms: number }
);

/** A function's error as its runtime would have written it. */
export function errorBody(
  { errorType, errorMessage }: { readonly errorType: string; readonly errorMessage: string },
  runtime: string | undefined,
  requestId: string,
): Buffer {
  const body =
    runtime?.startsWith('python') === true
      ? { errorMessage, errorType, requestId, stackTrace: [] }
      : { errorType, errorMessage, trace: [] };
  return Buffer.from(JSON.stringify(body));
}
