/** Where results of invocations, and what could not be invoked, may go (spec/lambda-service.md §7.2, §7.3; rows 222–224). */
import type { InputOf } from './operation.ts';
import { parseArn, type ResourceArn } from '../delivery/resourceArn.ts';
import type { LambdaServiceOptions } from './call.ts';
import { invalidParameter } from './errors.ts';
import { splitName } from './functionName.ts';
import { isThere } from './qualified.ts';

type Destinations = NonNullable<InputOf<'PutFunctionEventInvokeConfig'>['DestinationConfig']>;

/** Throws InvalidParameterValueException. An empty text is no destination. */
export async function checkDestinations(
  destinations: Destinations,
  functionName: string,
  host: LambdaServiceOptions,
): Promise<void> {
  const success = destinations.OnSuccess?.Destination;
  const failure = destinations.OnFailure?.Destination;
  for (const [text, isFailure] of [
    [success, false],
    [failure, true],
  ] as const) {
    if (text === undefined || text === '') continue;
    const arn = parseArn(text);
    if (arn === undefined || !isSupported(arn, isFailure)) throw unsupported(success, failure);
    if (arn.service === 'lambda') checkFunction(arn, functionName, host);
    else if ((await host.lookup.find(text)) === 'missing') throw invalidArn(text);
  }
}

/**
 * What a mapping could not hand over goes to standard queues and topics and to buckets; of Kafka's to a topic of it too
 * (AWS, "Capturing discarded batches"). Throws InvalidParameterValueException. An empty text is no destination.
 */
export async function checkDiscardDestination(
  text: string | undefined,
  fromKafka: boolean,
  host: LambdaServiceOptions,
): Promise<void> {
  if (text === undefined || text === '' || (fromKafka && text.startsWith('kafka://'))) return;
  const arn = parseArn(text);
  const isTaken = arn !== undefined && (isStandard(arn) || arn.service === 's3');
  if (!isTaken || (await host.lookup.find(text)) === 'missing') throw invalidArn(text);
}

/**
 * A function's dead letters go to a standard queue or topic. Throws InvalidParameterValueException in words modelled on
 * those for an ARN that is none, which alone are known (docs/fidelity.md). An empty text is no target.
 */
export async function checkDeadLetters(
  target: string | undefined,
  host: Pick<LambdaServiceOptions, 'lookup'>,
): Promise<void> {
  if (target === undefined || target === '') return;
  const refuse = (why: string): Error => invalidParameter(`Invalid dead letter queue ARN: ${why}:${target}`);
  const arn = parseArn(target);
  if (arn === undefined || !isStandard(arn))
    throw refuse('ARNs must be of a standard SQS queue or SNS topic');
  if ((await host.lookup.find(target)) === 'missing') throw refuse('There is no such resource');
}

/** A queue or a topic, and none in order. */
const isStandard = ({ service, resource }: ResourceArn): boolean =>
  (service === 'sqs' || service === 'sns') && !resource.endsWith('.fifo');

/** Standard queues and topics, buses, functions; for failures buckets too. */
function isSupported(arn: ResourceArn, isFailure: boolean): boolean {
  switch (arn.service) {
    case 'lambda':
      return arn.resource.startsWith('function:');
    case 'events':
      return arn.resource.startsWith('event-bus/');
    case 's3':
      return isFailure;
    default:
      return isStandard(arn);
  }
}

/** Those of other accounts and regions are taken as they are. */
function checkFunction(arn: ResourceArn, functionName: string, host: LambdaServiceOptions): void {
  if (arn.accountId !== host.accountId || arn.region !== host.region) return;
  const { name, qualifier } = splitName(arn.text);
  if (name === functionName)
    throw invalidParameter("You can't specify the function as a destination for itself.");
  if (!isThere(host.functions, name, qualifier)) throw invalidArn(arn.text);
}

const invalidArn = (arn: string): Error => invalidParameter(`The destination ARN ${arn} is invalid.`);

function unsupported(success: string | undefined, failure: string | undefined): Error {
  const part = (name: string, text: string | undefined): string =>
    text === undefined || text === '' ? 'null' : `${name}(destination=${text})`;
  return invalidParameter(
    `The provided destination config DestinationConfig(onSuccess=${part('OnSuccess', success)}, onFailure=${part('OnFailure', failure)}) is invalid.`,
  );
}
