/** One operation: the call that it answers, and what it may use for that. */
import type { Caller } from '../../gateway/service.ts';
import type { Clock } from '../../clock.ts';
import type { Queues } from '../sqs/queues.ts';
import type { StructureShape, ValueOf } from '../wire/shape.ts';
import type { Deliveries } from './deliveries.ts';
import { checkArn, invalidParameter, required, topicNotFound } from './errors.ts';
import type { Publish } from './publish.ts';
import type { SNS_SHAPES, SnsOperation } from './shapes.ts';
import type { Topic, Topics } from './topics.ts';

export interface SnsHost {
  readonly topics: Topics;
  readonly queues: Queues;
  readonly deliveries: Deliveries;
  readonly publish: Publish;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  /** A link that confirms a subscription without keys. `origin`: `http://127.0.0.1:PORT` */
  readonly confirmLink: (origin: string, token: string) => string;
}

export interface SnsCall<O extends SnsOperation> {
  readonly host: SnsHost;
  readonly input: ValueOf<(typeof SNS_SHAPES)[O]['input']>;
  readonly caller: Caller;
  /** `http://127.0.0.1:PORT`, as the caller reaches this host. */
  readonly origin: string;
  /** X-Ray's, of the request. */
  readonly traceId: string | undefined;
}

type OutputShape<O extends SnsOperation> = (typeof SNS_SHAPES)[O]['output'];
type Output<O extends SnsOperation> =
  OutputShape<O> extends StructureShape ? ValueOf<OutputShape<O>> : undefined;

export type SnsOperations = {
  readonly [O in SnsOperation]: (call: SnsCall<O>) => Output<O>;
};

/** Throws InvalidParameter or NotFound. */
export function topicAt(host: SnsHost, arn: string | undefined, parameter = 'TopicArn'): Topic {
  const text = required(arn, 'topicArn');
  checkArn(text, parameter);
  const [, , service, region] = text.split(':');
  if (service !== 'sns' || region !== host.region) throw invalidParameter(parameter);
  const topic = host.topics.get(text);
  if (topic === undefined) throw topicNotFound();
  return topic;
}

export const PAGE = 100;

/** A page of a list that is in the order of its ARNs; the token is the last one that was shown. */
export function pageOf<T extends { readonly arn: string }>(
  all: readonly T[],
  token: string | undefined,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const after = token === undefined || token === '' ? '' : Buffer.from(token, 'base64').toString();
  if (after !== '' && !after.startsWith('arn:')) throw invalidParameter('NextToken');
  const rest = all.filter(({ arn }) => arn > after);
  const items = rest.slice(0, PAGE);
  const last = items.at(-1);
  const next =
    rest.length > PAGE && last !== undefined ? Buffer.from(last.arn).toString('base64') : undefined;
  return { items, next };
}
