/** Calls by which something is handed over at another endpoint, and what their answers mean for another try. */
import { AwsError } from '../../protocol/awsError.ts';
import { encodeRfc3986 } from '../../protocol/sigv4.ts';
import { DeliveryRefused } from './deliveryTargets.ts';
import { isOtherRegion, type ResourceArn } from './resourceArn.ts';
import type { UpstreamAnswer, UpstreamCall, UpstreamClient } from './upstreamClient.ts';

export type Call = Omit<UpstreamCall, 'service' | 'region' | 'accountId'>;
/** Rejects as {@link callFor} does. */
export type Send = (call: Call) => Promise<UpstreamAnswer>;

/** Codes of AWS's with the status 400 or 403 that end of themselves, or when keys are renewed. */
const LATER = /Throttl|SlowDown|RequestLimitExceeded|TooManyRequests|ExpiredToken|RequestExpired/;

/**
 * A call about what the ARN names, for its account and region. Rejects with {@link DeliveryRefused} where the endpoint says
 * no for good, and with another Error where it may say yes later or does not answer.
 */
export async function callFor(client: UpstreamClient, arn: ResourceArn, call: Call): Promise<UpstreamAnswer> {
  if (isOtherRegion(client, arn))
    throw new DeliveryRefused(
      `${arn.text} is not at ${client.url}, which serves ${client.region ?? ''} only.`,
    );
  const answer = await client.call({
    ...call,
    service: arn.service,
    region: arn.region === '' ? 'us-east-1' : arn.region,
    accountId: arn.accountId === '' ? '000000000000' : arn.accountId,
  });
  if (answer.status >= 200 && answer.status < 300) return answer;
  const said = `${client.url} answered ${answer.status} for ${arn.text}: ${answer.body.subarray(0, 500).toString()}`;
  if (answer.status >= 500 || answer.status === 429 || endsOfItself(errorCodeOf(answer)))
    throw new Error(said);
  throw new DeliveryRefused(said);
}

export const json = (version: string, target: string, input: unknown): Call => ({
  method: 'POST',
  url: '/',
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
  body: JSON.stringify(input),
});

/** Whether what AWS refused with that code is taken later. */
const endsOfItself = (code: string): boolean => LATER.test(code);

/** The code alone: texts around it name queues and topics, whose names may be anything. Empty where it has none. */
function errorCodeOf(answer: UpstreamAnswer): string {
  const header = answer.headers['x-amzn-errortype']?.toString();
  const { __type, code } = parsed(answer) as Readonly<Record<'__type' | 'code', unknown>>;
  const told = [header, __type, code].find((one): one is string => typeof one === 'string');
  const text = told ?? /<Code>([^<]*)<\/Code>/.exec(answer.body.toString('utf8'))?.[1] ?? '';
  // `com.amazonaws.sqs#RequestThrottled`, `ThrottlingException:http://…`
  return text.replace(/:.*$/s, '').replace(/^.*#/s, '');
}

export function parsed(answer: UpstreamAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8')) ?? {};
  } catch {
    return {};
  }
}

export interface QueueMessage {
  readonly body: string;
  /** By name; `Binary` ones in base64. */
  readonly attributes: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
  readonly traceId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
}

export async function sendMessage(arn: ResourceArn, message: QueueMessage, send: Send): Promise<void> {
  const { attributes, body, traceId, groupId, deduplicationId } = message;
  const found = await send(
    json('1.0', 'AmazonSQS.GetQueueUrl', {
      QueueName: arn.resource,
      QueueOwnerAWSAccountId: arn.accountId,
    }),
  );
  const given = Object.entries(attributes);
  await send(
    json('1.0', 'AmazonSQS.SendMessage', {
      QueueUrl: (parsed(found) as { readonly QueueUrl?: string }).QueueUrl,
      MessageBody: body,
      // JSON has no undefined: what is not there is not sent.
      MessageGroupId: groupId,
      MessageDeduplicationId: deduplicationId,
      MessageAttributes:
        given.length === 0
          ? undefined
          : Object.fromEntries(
              given.map(([name, { type, value }]) => [
                name,
                type.startsWith('Binary')
                  ? { DataType: type, BinaryValue: value }
                  : { DataType: type, StringValue: value },
              ]),
            ),
      MessageSystemAttributes:
        traceId === undefined ? undefined : { AWSTraceHeader: { DataType: 'String', StringValue: traceId } },
    }),
  );
}

/** Asynchronously: resolves when the event is accepted. `arn`: of a function, a version or an alias. */
export async function invokeFunction(
  arn: ResourceArn,
  payload: Uint8Array,
  traceId: string | undefined,
  send: Send,
): Promise<void> {
  await send({
    method: 'POST',
    url: `/2015-03-31/functions/${encodeRfc3986(arn.text)}/invocations`,
    headers: {
      'content-type': 'application/json',
      'x-amz-invocation-type': 'Event',
      ...(traceId === undefined ? {} : { 'x-amzn-trace-id': traceId }),
    },
    body: payload,
  });
}

/** Why a try failed, and whether another is any use. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof DeliveryRefused ||
  (error instanceof AwsError && error.status < 500 && error.status !== 429);
