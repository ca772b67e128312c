/** A function as a destination: it is invoked asynchronously with the record as its event (spec/lambda-service.md §7.4). */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../protocol/awsError.ts';
import { DeliveryRefused, type DeliveryTarget } from '../../delivery/deliveryTargets.ts';
import { functionArn, type ArnScope } from '../../functions/arn.ts';
import { enterFunction, MOST_IN_CHAIN } from '../lineage.ts';
import type { InvokeRequest } from '../request.ts';

/** Bytes of an asynchronous event. */
const MOST_BYTES = 1_048_576;

/**
 * @param accept stores the event, or rejects with an AwsError
 * @param mayLoop its RecursiveLoop is Allow
 */
export function createFunctionTarget(
  scope: ArnScope,
  accept: (request: InvokeRequest) => Promise<unknown>,
  mayLoop: (functionName: string) => boolean,
): DeliveryTarget {
  return async (arn, { body, about, traceId }) => {
    const [kind, functionName, qualifier] = arn.resource.split(':');
    if (kind !== 'function' || functionName === undefined)
      throw new DeliveryRefused(`${arn.text} is not a function.`);
    if (arn.accountId !== scope.accountId || arn.region !== scope.region)
      throw new DeliveryRefused(
        `${arn.text} is a function of another account or region: this host has those of ${scope.accountId} in ${scope.region}.`,
      );
    if (body.length > MOST_BYTES)
      throw new DeliveryRefused(
        `The record has ${body.length} bytes: a function takes ${MOST_BYTES} at most (${arn.text}).`,
      );
    // What was stopped in a circle would go round it for ever, from one failure destination to the other.
    if (about.isRecursive === true && !mayLoop(functionName)) {
      const { before } = enterFunction(traceId ?? '', functionArn(scope, functionName));
      if (before >= MOST_IN_CHAIN)
        throw new DeliveryRefused(
          `Recursion detection stopped ${about.functionName}, and ${functionName}, which was to be told, has been invoked ${before} times in the same chain.`,
        );
    }
    try {
      await accept({
        functionName,
        ...(qualifier === undefined ? {} : { qualifier }),
        payload: body,
        type: 'Event',
        source: 'destination',
        requestId: randomUUID(),
        parent: about.requestId,
        ...(traceId === undefined ? {} : { traceId }),
      });
    } catch (error) {
      if (error instanceof AwsError && error.status === 404)
        throw new DeliveryRefused(error.message, { cause: error });
      throw error;
    }
  };
}
