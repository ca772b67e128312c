/** Rules that make faults happen to invocations, as the control service and its clients say them (docs/faults.md). */
import type { InvocationSource } from './model.ts';

/** Header of an Invoke answer that a rule made, or made otherwise: id of the rule and its kind, `f3 throttle`. */
export const FAULT_HEADER = 'x-lamplight-fault';

/** Every kind, and what it does, in words. */
export const FAULT_KINDS = {
  throttle: 'it is refused with 429, as by a limit',
  error: 'the function ends with an error',
  timeout: 'the function runs out of time',
  'crash-before': 'its process is killed before it has answered',
  'crash-after': 'its process is killed right after its answer',
  'init-failure': 'a new environment fails to initialise',
  'slow-init': 'a new environment takes long to initialise',
  duplicate: 'an asynchronous event is delivered twice',
  reorder: 'an asynchronous event is overtaken by later ones',
  'lost-environment': 'its environment is gone',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** Reasons of TooManyRequestsException (spec/lambda-service.md §1.3). */
export const THROTTLE_REASONS = [
  'ConcurrentInvocationLimitExceeded',
  'ReservedFunctionConcurrentInvocationLimitExceeded',
  'FunctionInvocationRateLimitExceeded',
  'ReservedFunctionInvocationRateLimitExceeded',
  'CallerRateLimitExceeded',
  'ConcurrentSnapshotCreateLimitExceeded',
] as const;

export type ThrottleReason = (typeof THROTTLE_REASONS)[number];

/** The sources of history. The compiler sees to it that none is missing. */
const sources: Readonly<Record<InvocationSource, true>> = {
  api: true,
  editor: true,
  cli: true,
  retry: true,
  'event-source': true,
  'function-url': true,
  'http-route': true,
  schedule: true,
  replay: true,
  destination: true,
};

/** `async`: every asynchronous event, wherever it comes from. */
export type FaultSource = 'any' | 'async' | InvocationSource;

export const FAULT_SOURCES = ['any', 'async', ...Object.keys(sources)] as readonly FaultSource[];

/**
 * When within an invocation. `start`: the handler does not get the event. `end`: it has run, and what it answered is not
 * taken. `idle`: before the invocation, of a lost environment.
 */
export type FaultMoment = 'start' | 'end' | 'idle';

/** The moments that a kind can have, its usual one first; none for the others. */
export const FAULT_MOMENTS: Readonly<Partial<Record<FaultKind, readonly [FaultMoment, ...FaultMoment[]]>>> = {
  error: ['start', 'end'],
  timeout: ['end', 'start'],
  'crash-before': ['end', 'start'],
  'lost-environment': ['idle', 'end'],
};

/** What a client gives; what is absent has its usual value. At most one of probability, every and next: always where none. */
export interface NewFaultRule {
  /** A function's name, or `*`. */
  readonly functionName: string;
  readonly kind: FaultKind;
  /** Version, alias or `$LATEST`, as it is invoked; any where absent. */
  readonly qualifier?: string;
  readonly source?: FaultSource;
  /** Above 0, up to 1. */
  readonly probability?: number;
  /** Every Nth. */
  readonly every?: number;
  /** So many, and then no more. */
  readonly next?: number;
  /** Any text; made up where absent, and shown. */
  readonly seed?: string;
  readonly enabled?: boolean;
  /** Of a throttle. */
  readonly reason?: ThrottleReason;
  /** Of `error` and `init-failure`. */
  readonly errorType?: string;
  readonly errorMessage?: string;
  /** As {@link FAULT_MOMENTS} has them. */
  readonly moment?: FaultMoment;
  /** Of `slow-init`: milliseconds that an init takes at least; `published`: drawn from what was measured on AWS. */
  readonly initMs?: number | 'published';
  /** Of `reorder`: milliseconds of service time in which order is lost. */
  readonly windowMs?: number;
}

export interface FaultRule extends NewFaultRule {
  /** `f1`; never given twice. */
  readonly id: string;
  readonly source: FaultSource;
  readonly seed: string;
  readonly enabled: boolean;
}

export interface FaultRuleSummary extends FaultRule {
  /** Invocations, starts or events that it was asked about. */
  readonly seen: number;
  /** Those of them that it hit. */
  readonly hits: number;
  /** Epoch milliseconds of service time. */
  readonly lastHit?: number;
}

/** What was no failure of its own. */
export interface FaultMark {
  /** Id of the rule. */
  readonly rule: string;
  readonly kind: FaultKind;
}

/** `f3 throttle`, as the header has it. */
export const markText = ({ rule, kind }: FaultMark): string => `${rule} ${kind}`;

/** The other way; undefined where it is none. */
export function readMark(text: string): FaultMark | undefined {
  const [rule = '', kind = ''] = text.split(' ');
  return Object.hasOwn(FAULT_KINDS, kind) ? { rule, kind: kind as FaultKind } : undefined;
}

/** It hits nothing any more. */
export const isSpent = ({ next, hits }: FaultRuleSummary): boolean => next !== undefined && hits >= next;

/** It hits what comes. */
export const isOn = (rule: FaultRuleSummary): boolean => rule.enabled && !isSpent(rule);
