/** `lamplight faults` */
import {
  addFault,
  clearFaults,
  enableFault,
  faultRules,
  removeFault,
  resetFault,
  restoreFault,
} from '../client/faults.ts';
import type { HostClient } from '../client/hostClient.ts';
import { parseDuration } from '../protocol/duration.ts';
import {
  FAULT_KINDS,
  FAULT_SOURCES,
  isSpent,
  type FaultRuleSummary,
  type NewFaultRule,
} from '../protocol/faults.ts';
import { type Arguments, type Command, type Flag, stateFlag, UsageError } from './command.ts';
import { withHost } from './locateHost.ts';
import { table } from './table.ts';

const kinds = Object.keys(FAULT_KINDS).join(', ');

/** Flags of `add`. */
const ruleFlags: Readonly<Record<string, Flag>> = {
  qualifier: { value: 'Q', help: 'of this version or alias, or $LATEST, as it is invoked (default: any)' },
  source: { value: 'S', help: `who asks: ${FAULT_SOURCES.join(', ')} (default: any)` },
  probability: { value: 'P', help: 'above 0, up to 1 (default: 1, always)' },
  every: { value: 'N', help: 'every Nth instead' },
  next: { value: 'N', help: 'the next N instead' },
  seed: { value: 'TEXT', help: 'the same seed and order make the same faults (default: made up, and shown)' },
  reason: { value: 'REASON', help: 'of throttle: the Reason of the 429' },
  'error-type': { value: 'TYPE', help: 'of error and init-failure: errorType (default: Error)' },
  message: { value: 'TEXT', help: 'of error and init-failure: errorMessage' },
  moment: {
    value: 'start|end|idle',
    help: 'of error, timeout, crash-before: before the handler, or in place of its answer; of lost-environment: idle or end',
  },
  init: {
    value: 'MS',
    help: 'of slow-init: milliseconds that an init takes at least, or published: as measured on AWS (default)',
  },
  window: {
    value: 'DURATION',
    help: 'of reorder: how far events are held back, as service time (default: 10s)',
  },
};

export const faults: Command = {
  name: 'faults',
  operands: '[list|add FUNCTION|* KIND|remove ID|enable ID|disable ID|reset ID|restore ID|clear]',
  operandCount: { least: 0, most: 3 },
  summary: 'makes faults happen: lists, adds and removes the rules for them',
  details: [
    'KIND is one of:',
    ...Object.entries(FAULT_KINDS).map(([kind, what]) => `  ${kind.padEnd(16)}  ${what}`),
    'reset begins a rule again: after it the same calls in the same order have the same faults.',
    'Rules are asked in their order, and the first that hits is the only one that counts. History names it.',
  ].join('\n'),
  flags: { ...stateFlag, ...ruleFlags, json: { help: 'prints JSON' } },
  async run(args, context) {
    const call = callOf(args);
    // A rule must not be made twice.
    const answer = await withHost(args, context, call, 'never');
    if (args.has('json')) context.out(`${JSON.stringify(answer.json, undefined, 2)}\n`);
    else if (answer.rules.length === 0) context.err(answer.empty);
    else context.out(table(answer.rules.map(rowOf)));
    return 0;
  },
};

interface Answer {
  readonly json: unknown;
  readonly rules: readonly FaultRuleSummary[];
  /** What is said where there are none to show. */
  readonly empty: string;
}

/** Throws UsageError. */
function callOf(args: Arguments): (client: HostClient) => Promise<Answer> {
  const [action = 'list', first, second] = args.operands;
  const given = Object.keys(ruleFlags).find(flag => args.has(flag));
  if (action !== 'add' && given !== undefined)
    throw new UsageError(`--${given} belongs to faults add, not to faults ${action}.`);
  const one = (rule: FaultRuleSummary): Answer => ({ json: rule, rules: [rule], empty: '' });
  if (action === 'list' || action === 'clear') {
    if (first !== undefined)
      throw new UsageError(`faults ${action} takes nothing more, and was given ${first}.`);
    return action === 'list' ? list : clear;
  }
  if (action === 'add') {
    if (first === undefined || second === undefined)
      throw new UsageError(`faults add takes a function's name or * and a kind: ${kinds}.`);
    const rule = ruleOf(first, second, args);
    return async client => one(await addFault(client, rule));
  }
  if (!['remove', 'enable', 'disable', 'reset', 'restore'].includes(action))
    throw new UsageError(
      `faults ${action}: it takes list, add, remove, enable, disable, reset, restore or clear.`,
    );
  if (first === undefined || second !== undefined)
    throw new UsageError(`faults ${action} takes the id of one rule, as lamplight faults lists it.`);
  if (action === 'restore') return async client => one(await restoreFault(client, first));
  if (action === 'reset') return async client => one(await resetFault(client, first));
  if (action !== 'remove') return async client => one(await enableFault(client, first, action === 'enable'));
  return async client => {
    await removeFault(client, first);
    return { json: { removed: [first] }, rules: [], empty: removedText([first]) };
  };
}

async function list(client: HostClient): Promise<Answer> {
  const rules = await faultRules(client);
  return { json: rules, rules, empty: 'There are no fault rules.\n' };
}

async function clear(client: HostClient): Promise<Answer> {
  const removed = await clearFaults(client);
  return { json: { removed }, rules: [], empty: removedText(removed) };
}

const removedText = (ids: readonly string[]): string =>
  ids.length === 0
    ? 'There are no fault rules.\n'
    : `Removed ${ids.join(', ')}; lamplight faults restore ID brings one back.\n`;

/** The host checks the rest, by the same names. */
function ruleOf(functionName: string, kind: string, args: Arguments): NewFaultRule {
  if (!Object.hasOwn(FAULT_KINDS, kind)) throw new UsageError(`There is no fault ${kind}: ${kinds}.`);
  const init = args.text('init');
  const window = args.text('window');
  const windowMs = window === undefined ? undefined : parseDuration(window);
  if (window !== undefined && !(windowMs !== undefined && windowMs > 0))
    throw new UsageError(`--window is a duration such as 0.5s, 10s or 5m, not ${window}.`);
  const rule: Readonly<Record<string, unknown>> = {
    functionName,
    kind,
    qualifier: args.text('qualifier'),
    source: args.text('source'),
    probability: numberOf('probability', args),
    every: numberOf('every', args),
    next: numberOf('next', args),
    seed: args.text('seed'),
    reason: args.text('reason'),
    errorType: args.text('error-type'),
    errorMessage: args.text('message'),
    moment: args.text('moment'),
    initMs: init === 'published' ? init : numberOf('init', args),
    windowMs,
  };
  return rule as unknown as NewFaultRule;
}

function numberOf(flag: string, args: Arguments): number | undefined {
  const text = args.text(flag);
  if (text === undefined) return undefined;
  if (text.trim() === '' || !Number.isFinite(Number(text)))
    throw new UsageError(`--${flag} is a number, not ${text}.`);
  return Number(text);
}

function rowOf(rule: FaultRuleSummary): string[] {
  const { id, functionName, qualifier, source, kind, seen, hits, seed } = rule;
  return [
    id,
    rule.enabled ? (isSpent(rule) ? 'spent' : 'on') : 'off',
    qualifier === undefined ? functionName : `${functionName}:${qualifier}`,
    source,
    [kind, ...parametersOf(rule)].join(' '),
    frequencyOf(rule),
    `hit ${hits} of ${seen}`,
    `seed ${seed}`,
  ];
}

function frequencyOf({ probability, every, next }: FaultRuleSummary): string {
  if (every !== undefined) return every === 1 ? 'always' : `every ${every}`;
  if (next !== undefined) return `next ${next}`;
  return probability === undefined || probability === 1 ? 'always' : `probability ${probability}`;
}

function parametersOf(rule: FaultRuleSummary): readonly string[] {
  const { reason, errorType, moment, initMs, windowMs } = rule;
  return [
    ...(reason === undefined ? [] : [reason]),
    ...(errorType === undefined ? [] : [errorType]),
    ...(moment === undefined ? [] : [`at ${moment}`]),
    ...(initMs === undefined ? [] : [typeof initMs === 'number' ? `${initMs} ms` : initMs]),
    ...(windowMs === undefined ? [] : [`within ${windowMs} ms`]),
  ];
}
