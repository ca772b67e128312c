/** The control service's calls about asynchronous events that wait, and results on their way (protocol/asynchronous.ts). */
import type {
  PendingDelivery,
  PendingEvent,
  PendingEventDetail,
  PendingEvents,
} from '../../protocol/asynchronous.ts';
import { AwsError } from '../../protocol/awsError.ts';
import type { Clock } from '../clock.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { Asynchronous } from '../invoke/asynchronous/asynchronous.ts';
import type { DeliveryFacts } from '../invoke/asynchronous/deliveryRows.ts';
import { deadlineOf } from '../invoke/asynchronous/nextStep.ts';
import type { QueuedEvent } from '../invoke/asynchronous/queuedEvent.ts';
import { numberOf } from './requests.ts';

type Call = (request: ServiceRequest, ...parts: string[]) => ServiceResponse;

const json = (value: unknown): ServiceResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
const noContent: ServiceResponse = { status: 204 };

/** Events and deliveries that one answer may hold. */
const MOST_EVENTS = 1_000;
const MOST_DELIVERIES = 100;

export function asynchronousCalls(
  { queue, deliveries, pending }: Pick<Asynchronous, 'queue' | 'deliveries' | 'pending'>,
  clock: Pick<Clock, 'serviceNow'>,
): readonly (readonly [method: string, pattern: RegExp, handle: Call])[] {
  function shown(event: QueuedEvent): PendingEvent {
    const { last, origin } = event;
    return {
      requestId: event.requestId,
      functionName: event.functionName,
      ...(event.qualifier === undefined ? {} : { qualifier: event.qualifier }),
      state: queue.isRunning(event) ? 'running' : event.due > clock.serviceNow() ? 'waiting' : 'ready',
      acceptedAt: event.acceptedAt,
      nextTryAt: event.due,
      expiresAt: deadlineOf(event),
      attempt: event.attempts + event.echoes + 1,
      returns: event.returns,
      source: origin.source,
      ...(last === undefined ? {} : { cause: last.asked === true ? 'retry-now' : last.kind }),
      ...(last?.errorType === undefined ? {} : { errorType: last.errorType }),
      ...(last?.message === undefined ? {} : { errorMessage: last.message }),
      bytes: event.bytes,
      ...(origin.parent === undefined ? {} : { parent: origin.parent }),
    };
  }

  function shownDelivery(delivery: DeliveryFacts): PendingDelivery {
    const { functionName, requestId } = delivery.message.about;
    return {
      id: delivery.id,
      kind: delivery.kind,
      target: delivery.target,
      functionName,
      requestId,
      state:
        delivery.failedAt !== undefined ? 'failed' : deliveries.isRunning(delivery) ? 'running' : 'waiting',
      createdAt: delivery.createdAt,
      ...(delivery.failedAt === undefined ? { nextTryAt: delivery.due } : {}),
      attempts: delivery.attempts,
      ...(delivery.error === undefined ? {} : { error: delivery.error }),
    };
  }

  function stored(requestId: string): QueuedEvent {
    const event = queue.rows.find(requestId);
    if (event === undefined) throw notFound(`There is no asynchronous event ${requestId} that waits.`);
    return event;
  }

  /** An event that nobody handles now. */
  function waiting(requestId: string): QueuedEvent {
    const event = stored(requestId);
    if (queue.isRunning(event)) throw conflict(`The event ${requestId} is running.`);
    return event;
  }

  function standing(id: string): DeliveryFacts {
    const delivery = /^\d{1,15}$/.test(id) ? deliveries.rows.get(Number(id)) : undefined;
    if (delivery === undefined) throw notFound(`There is no delivery ${id}.`);
    if (deliveries.isRunning(delivery)) throw conflict(`The delivery ${id} is on its way.`);
    return delivery;
  }

  const listEvents: Call = ({ query }) =>
    json({
      Events: queue.rows
        .list(query.get('FunctionName') ?? undefined, numberOf(query, 'MaxItems', 100, MOST_EVENTS))
        .map(shown),
      Counts: pending(),
    } satisfies PendingEvents);
  const listDeliveries: Call = ({ query }) =>
    json({
      Deliveries: deliveries.rows
        .list(query.get('FunctionName') ?? undefined, numberOf(query, 'MaxItems', 50, MOST_DELIVERIES))
        .map(shownDelivery),
    });

  const getEvent: Call = (_request, requestId = '') => {
    const event = stored(requestId);
    return json({
      ...shown(event),
      event: queue.rows.payload(event.id).toString(),
    } satisfies PendingEventDetail);
  };

  return [
    ['GET', /^\/lamplight\/async\/events$/, listEvents],
    ['GET', /^\/lamplight\/async\/events\/([^/]+)$/, getEvent],
    [
      'POST',
      /^\/lamplight\/async\/events\/([^/]+)\/retry$/,
      (_request, requestId = '') => {
        queue.retryNow(waiting(requestId));
        return noContent;
      },
    ],
    [
      'DELETE',
      /^\/lamplight\/async\/events\/([^/]+)$/,
      (_request, requestId = '') => {
        queue.drop(waiting(requestId));
        return noContent;
      },
    ],
    ['GET', /^\/lamplight\/async\/deliveries$/, listDeliveries],
    [
      'POST',
      /^\/lamplight\/async\/deliveries\/([^/]+)\/retry$/,
      (_request, id = '') => {
        deliveries.retryNow(standing(id));
        return noContent;
      },
    ],
    [
      'DELETE',
      /^\/lamplight\/async\/deliveries\/([^/]+)$/,
      (_request, id = '') => {
        deliveries.drop(standing(id));
        return noContent;
      },
    ],
  ];
}

const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', 404, message);
const conflict = (message: string): AwsError => new AwsError('ResourceConflictException', 409, message);
