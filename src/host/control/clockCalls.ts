/** The calls of the control service that drive the clock. */
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { DrivenClock } from '../time/drivenClock.ts';
import { bodyOf, durationBody, speedBody } from './requests.ts';

type Call = (request: ServiceRequest) => Promise<ServiceResponse> | ServiceResponse;

const json = (value: unknown): ServiceResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

export function clockCalls(
  clock: Pick<DrivenClock, 'status' | 'setSpeed' | 'freeze' | 'resume' | 'advance' | 'next'>,
): readonly (readonly [method: string, pattern: RegExp, handle: Call])[] {
  return [
    ['GET', /^\/lamplight\/clock$/, () => json(clock.status())],
    ['PUT', /^\/lamplight\/clock\/speed$/, request => json(clock.setSpeed(speedBody(bodyOf(request))))],
    ['POST', /^\/lamplight\/clock\/freeze$/, () => json(clock.freeze())],
    ['POST', /^\/lamplight\/clock\/resume$/, () => json(clock.resume())],
    [
      'POST',
      /^\/lamplight\/clock\/advance$/,
      async request => json(await clock.advance(durationBody(bodyOf(request)), request.signal)),
    ],
    ['POST', /^\/lamplight\/clock\/next$/, async ({ signal }) => json(await clock.next(signal))],
  ];
}
