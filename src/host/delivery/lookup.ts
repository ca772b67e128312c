/**
 * Is there something behind an ARN? What the settings point elsewhere is asked there; what is embedded knows; everything
 * else is asked at `--upstream`, in the service's own API, as AWS would ask it; without one nobody knows, and an ARN is
 * taken as it is.
 */
import { isOtherRegion, parseArn, type ResourceArn } from './resourceArn.ts';
import type { UpstreamAnswer, UpstreamCall, UpstreamClient } from './upstreamClient.ts';

/** What is known of a resource that is there. */
export interface FoundResource {
  /** Seconds; of a queue. */
  readonly visibilityTimeout?: number;
}

/** `unknown`: there is nobody to ask, or they know nothing of that kind. */
export type Standing = FoundResource | 'missing' | 'unknown';

export interface Lookup {
  /** Rejects with an AwsError where the upstream endpoint does not answer. */
  find(arn: string): Promise<Standing>;
}

/** An embedded service that answers for its own ARNs. */
export type EmbeddedLookup = (arn: ResourceArn) => Standing;

export interface LookupOptions {
  readonly upstream: UpstreamClient | undefined;
  /** By the ARN's service: `sqs`. */
  readonly embedded?: ReadonlyMap<string, EmbeddedLookup>;
  /** The endpoint that an ARN or its service is pointed at. */
  readonly pointed?: ((arn: ResourceArn) => UpstreamClient | undefined) | undefined;
}

export function createLookup({ upstream, embedded, pointed }: LookupOptions): Lookup {
  return {
    find: async text => {
      const arn = parseArn(text);
      if (arn === undefined) return 'unknown';
      const question = Object.hasOwn(QUESTIONS, arn.service) ? QUESTIONS[arn.service]?.(arn) : undefined;
      const elsewhere = pointed?.(arn);
      if (elsewhere !== undefined) return question === undefined ? 'unknown' : ask(elsewhere, arn, question);
      const here = embedded?.get(arn.service);
      const standing = here?.(arn);
      if (standing !== undefined && standing !== 'missing') return standing;
      if (upstream === undefined || question === undefined) return standing ?? 'unknown';
      // What is not here may be there.
      const there = await ask(upstream, arn, question);
      return there === 'unknown' ? (standing ?? there) : there;
    },
  };
}

interface Question {
  readonly call: Omit<UpstreamCall, 'accountId' | 'region' | 'service'>;
  /** Where it is not the ARN's service. */
  readonly scope?: string;
  /** Codes by which the service says that there is none. */
  readonly missing: RegExp;
  /** What comes next once it is there. */
  then?(answer: UpstreamAnswer): Question;
  read?(answer: UpstreamAnswer): FoundResource;
}

async function ask(upstream: UpstreamClient, arn: ResourceArn, question: Question): Promise<Standing> {
  if (isOtherRegion(upstream, arn)) return 'missing';
  const answer = await upstream.call({
    ...question.call,
    service: question.scope ?? arn.service,
    region: arn.region === '' ? 'us-east-1' : arn.region,
    accountId: arn.accountId === '' ? '000000000000' : arn.accountId,
  });
  if (answer.status >= 200 && answer.status < 300) {
    const next = question.then?.(answer);
    return next === undefined ? (question.read?.(answer) ?? {}) : ask(upstream, arn, next);
  }
  return question.missing.test(errorOf(answer)) ? 'missing' : 'unknown';
}

/** Status, error header and the start of the body: each protocol says it elsewhere. */
const errorOf = (answer: UpstreamAnswer): string =>
  `${answer.status} ${String(answer.headers['x-amzn-errortype'] ?? '')} ${answer.body.subarray(0, 2_000).toString()}`;

const json = (version: string, target: string, input: unknown): Question['call'] => ({
  method: 'POST',
  url: '/',
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
  body: JSON.stringify(input),
});

const QUESTIONS: Readonly<Record<string, (arn: ResourceArn) => Question | undefined>> = {
  sqs: arn => ({
    call: json('1.0', 'AmazonSQS.GetQueueUrl', {
      QueueName: arn.resource,
      QueueOwnerAWSAccountId: arn.accountId,
    }),
    missing: /QueueDoesNotExist|NonExistentQueue/,
    then: answer => ({
      call: json('1.0', 'AmazonSQS.GetQueueAttributes', {
        QueueUrl: member(answer, 'QueueUrl'),
        AttributeNames: ['VisibilityTimeout'],
      }),
      missing: /QueueDoesNotExist|NonExistentQueue/,
      read: attributes => {
        const seconds = Number(member(attributes, 'Attributes', 'VisibilityTimeout'));
        return Number.isNaN(seconds) ? {} : { visibilityTimeout: seconds };
      },
    }),
  }),
  kinesis: arn => ({
    call: arn.resource.includes('/consumer/')
      ? json('1.1', 'Kinesis_20131202.DescribeStreamConsumer', { ConsumerARN: arn.text })
      : json('1.1', 'Kinesis_20131202.DescribeStreamSummary', {
          StreamName: arn.resource.replace(/^stream\//, ''),
        }),
    missing: /ResourceNotFound/,
  }),
  dynamodb: arn => ({
    call: arn.resource.includes('/stream/')
      ? json('1.0', 'DynamoDBStreams_20120810.DescribeStream', { StreamArn: arn.text })
      : json('1.0', 'DynamoDB_20120810.DescribeTable', { TableName: arn.resource.replace(/^table\//, '') }),
    missing: /ResourceNotFound/,
  }),
  sns: arn => ({
    call: {
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        Action: 'GetTopicAttributes',
        Version: '2010-03-31',
        TopicArn: arn.text,
      }).toString(),
    },
    missing: /NotFound/,
  }),
  events: arn => ({
    call: json('1.1', 'AWSEvents.DescribeEventBus', { Name: arn.resource.replace(/^event-bus\//, '') }),
    missing: /ResourceNotFound/,
  }),
  s3: arn => ({
    call: { method: 'HEAD', url: `/${encodeURIComponent(arn.resource.split('/')[0] ?? '')}` },
    // The answer to HEAD has no body that could say more.
    missing: /^404 /,
  }),
};

/** A text of a JSON answer, by the names of the members that lead to it. */
function member(answer: UpstreamAnswer, ...path: readonly string[]): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(answer.body.toString());
  } catch {
    return undefined;
  }
  for (const name of path) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof value === 'string' ? value : undefined;
}
