/** From a hit to what the environment, or the plane itself, does about it. */
import { AwsError } from '../../../protocol/awsError.ts';
import { FAULT_HEADER, FAULT_KINDS, markText, type FaultMark } from '../../../protocol/faults.ts';
import type { EnvironmentFault, InitFault } from '../../environments/fault.ts';
import type { FunctionRecord } from '../../functions/functionRecord.ts';
import type { FaultHit } from './faultRules.ts';
import { publishedInit } from './publishedInit.ts';

/** What its log says of it. */
const noteOf = ({ rule, kind }: FaultMark): string =>
  `Lamplight fault rule ${rule} (${kind}): ${FAULT_KINDS[kind]}`;

/** Of an invocation that was admitted; undefined where its environment has nothing to do with it. */
export function environmentFault({ mark, rule }: FaultHit): EnvironmentFault | undefined {
  const moment = rule.moment === 'start' ? 'start' : 'end';
  const note = noteOf(mark);
  switch (rule.kind) {
    case 'error':
      return { kind: 'error', moment, note, ...errorOf(rule) };
    case 'timeout':
      return { kind: 'timeout', moment, note };
    case 'crash-before':
      return { kind: 'crash', moment, note };
    case 'crash-after':
      return { kind: 'crash-after', moment: 'end', note };
    case 'lost-environment':
      return isLostWithin(rule) ? { kind: 'crash', moment, note } : undefined;
    default:
      return undefined;
  }
}

/** Of an environment that starts. */
export function initFault(
  hit: FaultHit,
  { runtime, architecture }: Pick<FunctionRecord, 'runtime' | 'architecture'>,
): InitFault {
  const { rule, mark } = hit;
  const note = noteOf(mark);
  if (rule.kind === 'init-failure') return { kind: 'failure', note, ...errorOf(rule) };
  const { initMs = 'published' } = rule;
  return {
    kind: 'slow',
    note,
    ms: initMs === 'published' ? publishedInit(runtime, architecture, hit.draw('init')) : initMs,
  };
}

/** The environment that it would have had was lost before: it gets a new one. */
export const isLostBefore = ({ kind, moment }: FaultHit['rule']): boolean =>
  kind === 'lost-environment' && moment !== 'end';

/** The environment is lost with the event in its hands: the caller is told of Lambda's own failure. */
export const isLostWithin = ({ kind, moment }: FaultHit['rule']): boolean =>
  kind === 'lost-environment' && moment === 'end';

export const injectedThrottle = (reason: string, mark: FaultMark): AwsError =>
  new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.', {
    members: { Reason: reason },
    headers: { [FAULT_HEADER]: markText(mark) },
  });

export const injectedLoss = (mark: FaultMark): AwsError =>
  new AwsError('ServiceException', 500, 'An error occurred and the request cannot be processed.', {
    headers: { [FAULT_HEADER]: markText(mark) },
  });

const errorOf = ({
  errorType = 'Error',
  errorMessage = '',
}: FaultHit['rule']): {
  readonly errorType: string;
  readonly errorMessage: string;
} => ({ errorType, errorMessage });
