/** An invocation of before beside the same event on the code of today, and what differs between their answers. */
import type { FaultMark } from './faults.ts';
import type { InvocationRecord } from './model.ts';

/** One invocation, with its answer. */
export type ReplaySide = Omit<InvocationRecord, 'event' | 'log' | 'clientContext'>;

export interface Replayed {
  readonly then: ReplaySide;
  readonly now: ReplaySide;
}

/**
 * `same`: the same answer, or the same error. `works-now`: it failed then. `fails-now`: it worked then. `differs`: both
 * worked, or both failed, with something else.
 */
export type Verdict = 'same' | 'differs' | 'works-now' | 'fails-now';

export interface Comparison {
  readonly verdict: Verdict;
  /** Both answers as they are compared, in lines: keys in order, each one's own request id as {@link OWN_ID}. */
  readonly then: string;
  readonly now: string;
  /** The fault rule that made either answer, or made it otherwise: what differs need be no difference of the code. */
  readonly faults: { readonly then?: FaultMark; readonly now?: FaultMark };
}

/** Stands for the request id of the invocation itself, which differs in any case. */
const OWN_ID = '<request id>';

/**
 * Compares JSON without regard to the order of keys, also that of an HTTP answer's body. Of errors type and message
 * count, not the stack: it differs with every line that is added to the code.
 */
export function compareAnswers({ then, now }: Replayed): Comparison {
  const worked = then.status === 'success';
  const works = now.status === 'success';
  const before = shownAnswer(then);
  const after = shownAnswer(now);
  const faults = {
    ...(then.fault === undefined ? {} : { then: then.fault }),
    ...(now.fault === undefined ? {} : { now: now.fault }),
  };
  const texts = { then: before, now: after, faults };
  if (worked !== works) return { verdict: works ? 'works-now' : 'fails-now', ...texts };
  // Of a longer answer history has the beginning.
  const isCut = then.cut?.includes('result') === true || now.cut?.includes('result') === true;
  const length = isCut ? Math.min(before.length, after.length) : undefined;
  const isSame = before.slice(0, length) === after.slice(0, length);
  return { verdict: isSame ? 'same' : 'differs', ...texts };
}

/** An answer as it is compared and shown beside another one, in lines. */
export function shownAnswer(side: Pick<ReplaySide, 'requestId' | 'status' | 'result'>): string {
  const text = (side.result ?? '').replaceAll(side.requestId, OWN_ID);
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(
      ordered(side.status === 'success' ? decoded(value) : withoutStack(value)),
      undefined,
      2,
    );
  } catch {
    return text;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map(key => [key, ordered(value[key])]));
}

/** JSON that an HTTP answer carries as text. */
function decoded(value: unknown): unknown {
  if (!isObject(value) || !('statusCode' in value) || value['isBase64Encoded'] === true) return value;
  const { body } = value;
  if (typeof body !== 'string' || !/^\s*[[{]/.test(body)) return value;
  try {
    return { ...value, body: JSON.parse(body) as unknown };
  } catch {
    return value;
  }
}

/** As runtimes call it: Node.js `trace`, Python, Java and Ruby `stackTrace`. */
function withoutStack(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { trace: _trace, stackTrace: _stackTrace, ...rest } = value;
  return rest;
}
