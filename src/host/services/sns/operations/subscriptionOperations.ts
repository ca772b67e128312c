/** Subscriptions: made, confirmed, described, changed, ended. */
import { randomBytes, randomUUID } from 'node:crypto';
import { parseArn } from '../../../delivery/resourceArn.ts';
import { checkArn, invalidParameter, required, snsError, subscriptionNotFound } from '../errors.ts';
import { confirmationJson } from '../notification.ts';
import { pageOf, topicAt, type SnsCall, type SnsHost, type SnsOperations } from '../operation.ts';
import {
  checkSubscriptionAttribute,
  describeSubscription,
  withAttributes,
} from '../subscriptionAttributes.ts';
import type { Protocol, Subscription, Topic } from '../topics.ts';

const KNOWN = ['application', 'email', 'email-json', 'firehose', 'http', 'https', 'lambda', 'sms', 'sqs'];
const SERVED: readonly string[] = ['http', 'https', 'lambda', 'sqs'];
const isServed = (protocol: string): protocol is Protocol => SERVED.includes(protocol);

export const subscriptionOperations: Pick<
  SnsOperations,
  | 'ConfirmSubscription'
  | 'GetSubscriptionAttributes'
  | 'ListSubscriptions'
  | 'ListSubscriptionsByTopic'
  | 'SetSubscriptionAttributes'
  | 'Subscribe'
  | 'Unsubscribe'
> = {
  Subscribe: call => {
    const { host, input } = call;
    const topic = topicAt(host, input.TopicArn);
    const protocol = protocolOf(required(input.Protocol, 'protocol'));
    const endpoint = input.Endpoint ?? '';
    checkEndpoint(protocol, endpoint, topic);
    const given = input.Attributes ?? {};
    for (const attribute of Object.entries(given))
      checkSubscriptionAttribute(attribute, given, topic.isFifo, 'Attributes Reason: ');
    const attributes = withAttributes({}, given);
    const existing = host.topics
      .subscriptions(topic.arn)
      .find(one => one.protocol === protocol && one.endpoint === endpoint);
    const subscription = existing ?? subscribe(call, topic, protocol, endpoint, attributes);
    if (existing !== undefined && Object.keys(attributes).length > 0) checkSame(existing, attributes);
    const isPending = subscription.token !== undefined && input.ReturnSubscriptionArn !== true;
    return { SubscriptionArn: isPending ? 'pending confirmation' : subscription.arn };
  },
  ConfirmSubscription: ({ host, input }) => {
    const arn = required(input.TopicArn, 'topicArn');
    if (host.topics.get(arn) === undefined) throw invalidParameter('Topic');
    return { SubscriptionArn: confirm(host, required(input.Token, 'token'), arn).arn };
  },
  Unsubscribe: ({ host, input }) => {
    const arn = required(input.SubscriptionArn, 'subscriptionArn');
    checkArn(arn, 'SubscriptionArn');
    if (arn.split(':').length !== 7) throw invalidParameter('SubscriptionId');
    const subscription = host.topics.subscription(arn);
    if (subscription !== undefined) host.topics.deleteSubscription(subscription);
    return undefined;
  },
  GetSubscriptionAttributes: ({ host, input }) => ({
    Attributes: describeSubscription(host, subscriptionAt(host, input.SubscriptionArn)),
  }),
  SetSubscriptionAttributes: ({ host, input }) => {
    const subscription = subscriptionAt(host, input.SubscriptionArn);
    const name = required(input.AttributeName, 'attributeName');
    const set = { [name]: input.AttributeValue ?? '' };
    const isFifo = host.topics.get(subscription.topicArn)?.isFifo === true;
    const all = { ...subscription.attributes, ...set };
    checkSubscriptionAttribute([name, input.AttributeValue ?? ''], all, isFifo, '');
    host.topics.putSubscription({
      ...subscription,
      attributes: withAttributes(subscription.attributes, set),
    });
    return undefined;
  },
  ListSubscriptions: ({ host, input }) => describePage(host, host.topics.subscriptions(), input.NextToken),
  ListSubscriptionsByTopic: ({ host, input }) => {
    const topic = topicAt(host, input.TopicArn);
    return describePage(host, host.topics.subscriptions(topic.arn), input.NextToken);
  },
};

/** Throws InvalidParameter where nobody waits for that token. */
export function confirm(host: SnsHost, token: string, topicArn?: string): Subscription {
  if (token.length !== TOKEN_BYTES * 2) throw invalidParameter('Token');
  const subscription = host.topics.subscriptions(topicArn).find(one => one.token === token);
  if (subscription === undefined) throw snsError('InvalidParameter', 'Invalid token');
  const { token: _token, ...confirmed } = subscription;
  return host.topics.putSubscription(confirmed);
}

const TOKEN_BYTES = 144;

function protocolOf(protocol: string): Protocol {
  if (isServed(protocol)) return protocol;
  if (KNOWN.includes(protocol))
    throw snsError(
      'UnsupportedOperation',
      `Subscriptions of the protocol ${protocol} are not supported by Lamplight: there are ${SERVED.join(', ')}.`,
      501,
    );
  throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
}

function checkEndpoint(protocol: Protocol, endpoint: string, topic: Topic): void {
  if (protocol === 'http' || protocol === 'https') {
    if (!URL.canParse(endpoint) || !endpoint.startsWith(`${protocol}://`))
      throw invalidParameter('Endpoint must match the specified protocol');
    return;
  }
  const arn = parseArn(endpoint);
  if (arn?.service !== protocol)
    throw invalidParameter(protocol === 'sqs' ? 'SQS endpoint ARN' : 'Lambda endpoint ARN');
  if (protocol === 'lambda' && topic.isFifo) throw invalidParameter('Invalid protocol type: lambda');
  if (protocol === 'sqs' && arn.resource.endsWith('.fifo') && !topic.isFifo)
    throw invalidParameter(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    );
}

function subscribe(
  { host, caller, origin }: SnsCall<'Subscribe'>,
  topic: Topic,
  protocol: Protocol,
  endpoint: string,
  attributes: Subscription['attributes'],
): Subscription {
  const isHttp = protocol === 'http' || protocol === 'https';
  const token = randomBytes(TOKEN_BYTES).toString('hex');
  const subscription = host.topics.putSubscription({
    arn: `${topic.arn}:${randomUUID()}`,
    topicArn: topic.arn,
    protocol,
    endpoint,
    attributes,
    principal: caller.arn,
    origin,
    // An endpoint that anybody could name says itself that it wants this.
    ...(isHttp ? { token } : {}),
  });
  if (isHttp) {
    const messageId = randomUUID();
    const url = host.confirmLink(origin, token);
    host.deliveries.add(subscription, {
      messageId,
      topicArn: topic.arn,
      kind: 'SubscriptionConfirmation',
      body: confirmationJson(subscription, { messageId, url, at: host.clock.serviceNow() }),
      isRaw: false,
    });
  }
  return subscription;
}

function checkSame(existing: Subscription, attributes: Subscription['attributes']): void {
  if (Object.entries(attributes).some(([name, value]) => existing.attributes[name] !== value))
    throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
}

function subscriptionAt(host: SnsHost, arn: string | undefined): Subscription {
  const text = required(arn, 'subscriptionArn');
  checkArn(text, 'SubscriptionArn');
  const subscription = host.topics.subscription(text);
  if (subscription === undefined) throw subscriptionNotFound();
  return subscription;
}

function describePage(host: SnsHost, all: readonly Subscription[], token: string | undefined) {
  const { items, next } = pageOf(all, token);
  return {
    Subscriptions: items.map(one => ({
      SubscriptionArn: one.token === undefined ? one.arn : 'PendingConfirmation',
      Owner: host.accountId,
      Protocol: one.protocol,
      Endpoint: one.endpoint,
      TopicArn: one.topicArn,
    })),
    NextToken: next,
  };
}
