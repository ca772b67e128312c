/** Attributes of subscriptions: which there are, what they may be, and what is shown. */
import { PatternError } from '../../functions/patterns/patternError.ts';
import { parseArn } from '../../delivery/resourceArn.ts';
import { invalidParameter } from './errors.ts';
import { compileFilterPolicy, isNested } from './filterPolicy.ts';
import type { SnsHost } from './operation.ts';
import type { Subscription } from './topics.ts';

const NAMES = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'SubscriptionRoleArn',
];

type Attributes = Readonly<Record<string, string>>;

/**
 * Throws InvalidParameter.
 * @param all with what is set already: the scope rules how a policy is read
 * @param where begins the text
 */
export function checkSubscriptionAttribute(
  [name, value]: readonly [string, string],
  all: Attributes,
  isFifo: boolean,
  where: string,
): void {
  if (!NAMES.includes(name)) throw invalidParameter(`${where}AttributeName`);
  const invalid = (reason: string): Error => invalidParameter(`${where}${name}: ${reason}`);
  if (name === 'RawMessageDelivery' && !/^(true|false)$/i.test(value))
    throw invalid(`Invalid value [${value}]. Must be true or false.`);
  if (name === 'FilterPolicyScope' && value !== 'MessageBody' && value !== 'MessageAttributes')
    throw invalid(`Invalid value [${value}]. Please use either MessageBody or MessageAttributes`);
  if (value === '') return;
  if (name === 'FilterPolicy') checkFilter(value, all['FilterPolicyScope'] ?? 'MessageAttributes', invalid);
  if (name === 'RedrivePolicy') checkRedrive(value, isFifo, invalid);
  if (name === 'DeliveryPolicy') parse(value, invalid);
}

function checkFilter(policy: string, scope: string, invalid: (reason: string) => Error): void {
  try {
    compileFilterPolicy(policy, scope);
  } catch (error) {
    if (error instanceof PatternError) throw invalid(error.message);
    throw error;
  }
  if (scope === 'MessageAttributes' && isNested(policy))
    throw invalidParameter('Filter policy scope MessageAttributes does not support nested filter policy');
}

function parse(text: string, invalid: (reason: string) => Error): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // As below.
  }
  throw invalid('failed to parse JSON.');
}

function checkRedrive(policy: string, isFifo: boolean, invalid: (reason: string) => Error): void {
  const { deadLetterTargetArn } = parse(policy, invalid);
  const arn = typeof deadLetterTargetArn === 'string' ? parseArn(deadLetterTargetArn) : undefined;
  if (arn?.service !== 'sqs') throw invalid('deadLetterTargetArn is an invalid arn');
  if (isFifo && !arn.resource.endsWith('.fifo'))
    throw invalid('must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.');
}

/** As they are kept: empty ones are none. */
export const withAttributes = (before: Attributes, set: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries({ ...before, ...set })
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, name === 'RawMessageDelivery' ? value.toLowerCase() : value]),
  );

export function describeSubscription(host: SnsHost, subscription: Subscription): Record<string, string> {
  const { attributes, token } = subscription;
  return {
    SubscriptionArn: subscription.arn,
    TopicArn: subscription.topicArn,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    Owner: host.accountId,
    SubscriptionPrincipal: subscription.principal,
    PendingConfirmation: String(token !== undefined),
    ConfirmationWasAuthenticated: String(token === undefined),
    RawMessageDelivery: 'false',
    ...(attributes['FilterPolicy'] === undefined ? {} : { FilterPolicyScope: 'MessageAttributes' }),
    ...attributes,
  };
}
