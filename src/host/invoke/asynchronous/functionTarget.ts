/** A function as a destination: it is invoked asynchronously with the record as its event (spec/lambda-service.md §7.4). */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../protocol/awsError.ts';
import { DeliveryRefused, type DeliveryTarget } from '../../delivery/deliveryTargets.ts';
import type { ArnScope } from '../../functions/arn.ts';
import type { InvokeRequest } from '../request.ts';

/** Bytes of an asynchronous event. */
const MOST_BYTES = 1_048_576;

/** @param accept stores the event, or rejects with an AwsError */
export function createFunctionTarget(
  scope: ArnScope,
  accept: (request: InvokeRequest) => Promise<unknown>,
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
