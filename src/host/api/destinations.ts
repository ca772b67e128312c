/** Where the results of asynchronous invocations may go (spec/lambda-service.md §7.2; rows 222–224). */
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

/** Standard queues and topics, buses, functions; for failures buckets too. */
function isSupported(arn: ResourceArn, isFailure: boolean): boolean {
  switch (arn.service) {
    case 'lambda':
      return arn.resource.startsWith('function:');
    case 'sqs':
    case 'sns':
      return !arn.resource.endsWith('.fifo');
    case 'events':
      return arn.resource.startsWith('event-bus/');
    case 's3':
      return isFailure;
    default:
      return false;
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
