/** The calls of the control service that make, change and remove fault rules. */
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { FaultRules } from '../invoke/faults/faultRules.ts';
import { bodyOf } from './requests.ts';

type Call = (request: ServiceRequest, ...parts: string[]) => ServiceResponse;

const json = (value: unknown): ServiceResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

export function faultCalls(
  faults: Omit<FaultRules, 'decide' | 'close'>,
): readonly (readonly [method: string, pattern: RegExp, handle: Call])[] {
  return [
    ['GET', /^\/lamplight\/faults$/, () => json({ Rules: faults.list() })],
    ['POST', /^\/lamplight\/faults$/, request => json(faults.add(bodyOf(request)))],
    ['DELETE', /^\/lamplight\/faults$/, () => json({ Removed: faults.clear() })],
    [
      'PUT',
      /^\/lamplight\/faults\/([^/]+)$/,
      (request, id = '') => json(faults.replace(id, bodyOf(request))),
    ],
    [
      'DELETE',
      /^\/lamplight\/faults\/([^/]+)$/,
      (_request, id = '') => {
        faults.remove(id);
        return { status: 204 };
      },
    ],
    ['POST', /^\/lamplight\/faults\/([^/]+)\/enable$/, (_request, id = '') => json(faults.enable(id, true))],
    [
      'POST',
      /^\/lamplight\/faults\/([^/]+)\/disable$/,
      (_request, id = '') => json(faults.enable(id, false)),
    ],
    ['POST', /^\/lamplight\/faults\/([^/]+)\/reset$/, (_request, id = '') => json(faults.reset(id))],
    ['POST', /^\/lamplight\/faults\/([^/]+)\/restore$/, (_request, id = '') => json(faults.restore(id))],
  ];
}
