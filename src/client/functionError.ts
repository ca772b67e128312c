/**
 * The stack of a function error as a developer reads one: `TypeError: message` and its frames. Lambda's runtimes put
 * it into `errorType`, `errorMessage` and `trace` (Node.js, first line included) or `stackTrace` (Python)
 * (spec/execution-environment.md §4.3). Undefined for an answer of another shape.
 */
export function functionErrorOf(answer: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || !('errorMessage' in parsed)) return undefined;
  const message = String(parsed.errorMessage);
  const type = 'errorType' in parsed && typeof parsed.errorType === 'string' ? parsed.errorType : undefined;
  const head = type === undefined ? message : `${type}: ${message}`;
  const trace = 'trace' in parsed ? lines(parsed.trace) : [];
  if (trace.length > 0) {
    // Node's stack repeats type and message (of several lines, maybe) before its first frame.
    const first = trace.findIndex(line => /^\s*at /.test(line));
    return [head, ...trace.slice(first === -1 ? 1 : first).filter(isOfTheUser)].join('\n');
  }
  const stack = 'stackTrace' in parsed ? lines(parsed.stackTrace) : [];
  return [head, ...stack.map(line => line.trimEnd())].join('\n');
}

const lines = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(line => typeof line === 'string') : [];

/** Frames of Node's and of the runtime's own code say nothing about the function; the answer below has them all. */
const isOfTheUser = (frame: string): boolean =>
  !/\(?(?:node:|(?:file:\/\/)?(?:\/var\/runtime\/|.*[\\/]bootstraps[\\/]node[\\/]))[^()]*:\d+:\d+\)?$/.test(
    frame,
  );
