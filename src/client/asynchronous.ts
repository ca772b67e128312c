/** The control service's calls about asynchronous events and their results (protocol/control.ts). */
import type { PendingDelivery, PendingEventDetail, PendingEvents } from '../protocol/asynchronous.ts';
import { encodeRfc3986 } from '../protocol/sigv4.ts';
import type { HostClient } from './hostClient.ts';

/** What has not come to its end, of one function or all; what is due first, first. */
export async function pendingEvents(
  client: HostClient,
  options: { readonly functionName?: string; readonly maxItems?: number } = {},
): Promise<PendingEvents> {
  return (await client.control('GET', '/lamplight/async/events', {
    query: { FunctionName: options.functionName, MaxItems: options.maxItems },
  })) as PendingEvents;
}

/** One that has not come to its end, with its payload. Rejects with AwsCallError (404) where no such event waits any more. */
export async function pendingEvent(client: HostClient, requestId: string): Promise<PendingEventDetail> {
  return (await client.control(
    'GET',
    `/lamplight/async/events/${encodeRfc3986(requestId)}`,
  )) as PendingEventDetail;
}

/** Rejects with AwsCallError: 404 where no such event waits any more, 409 while it runs. */
export async function retryEvent(client: HostClient, requestId: string): Promise<void> {
  await client.control('POST', `/lamplight/async/events/${encodeRfc3986(requestId)}/retry`);
}

/** It is gone, and nobody is told. Rejects as {@link retryEvent} does. */
export async function dropEvent(client: HostClient, requestId: string): Promise<void> {
  await client.control('DELETE', `/lamplight/async/events/${encodeRfc3986(requestId)}`);
}

/** Results on their way, and those that could not be delivered; newest first. */
export async function pendingDeliveries(
  client: HostClient,
  options: { readonly functionName?: string; readonly maxItems?: number } = {},
): Promise<readonly PendingDelivery[]> {
  const answer = (await client.control('GET', '/lamplight/async/deliveries', {
    query: { FunctionName: options.functionName, MaxItems: options.maxItems },
  })) as { readonly Deliveries: readonly PendingDelivery[] };
  return answer.Deliveries;
}

/** Also of one that was given up. Rejects with AwsCallError: 404 where there is none, 409 while it is on its way. */
export async function retryDelivery(client: HostClient, id: number): Promise<void> {
  await client.control('POST', `/lamplight/async/deliveries/${id}/retry`);
}

export async function dropDelivery(client: HostClient, id: number): Promise<void> {
  await client.control('DELETE', `/lamplight/async/deliveries/${id}`);
}
