/** Filter policies of subscriptions. https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html */
import { compilePattern, type EventPattern } from '../../functions/patterns/eventPattern.ts';
import { PatternError } from '../../functions/patterns/patternError.ts';
import type { PublishedAttribute, PublishedMessage } from './publishedMessage.ts';
import type { Subscription } from './topics.ts';

const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;

/** Throws a {@link PatternError}. `scope`: MessageAttributes or MessageBody. */
export function compileFilterPolicy(text: string, scope: string): EventPattern {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new PatternError(`failed to parse JSON. ${error instanceof Error ? error.message : ''}`);
  }
  const pattern = compilePattern(parsed);
  const { fields } = pattern;
  if (fields.length > MAX_KEYS)
    throw new PatternError(`Filter policy can not have more than ${MAX_KEYS} keys`);
  // In a body a rule counts once for each level that its field lies deep.
  const combinations = fields.reduce(
    (product, { path, rules }) => product * rules * (scope === 'MessageBody' ? path.split('.').length : 1),
    1,
  );
  if (combinations > MAX_COMBINATIONS) throw new PatternError('Filter policy is too complex');
  return pattern;
}

/** Attributes have no levels. */
export const isNested = (text: string): boolean =>
  Object.entries(JSON.parse(text) as object).some(
    ([key, value]) => key !== '$or' && typeof value === 'object' && value !== null && !Array.isArray(value),
  );

/** A changed subscription is another object. */
const compiled = new WeakMap<Subscription, EventPattern>();

/** Whether the subscription wants the message. */
export function wants(subscription: Subscription, message: PublishedMessage, text: string): boolean {
  const { FilterPolicy, FilterPolicyScope = 'MessageAttributes' } = subscription.attributes;
  if (FilterPolicy === undefined) return true;
  let pattern = compiled.get(subscription);
  if (pattern === undefined) {
    pattern = compileFilterPolicy(FilterPolicy, FilterPolicyScope);
    compiled.set(subscription, pattern);
  }
  if (FilterPolicyScope === 'MessageAttributes') return pattern.matches(valuesOf(message.attributes));
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && pattern.matches(body);
  } catch {
    return false;
  }
}

function valuesOf(attributes: Readonly<Record<string, PublishedAttribute>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { type, value }]) => {
      if (type.startsWith('Binary')) return [];
      if (type.startsWith('Number')) return [[name, Number(value)]];
      return [[name, type === 'String.Array' ? listOf(value) : value]];
    }),
  );
}

function listOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch {
    // As below.
  }
  return text;
}
