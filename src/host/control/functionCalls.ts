/** The control service's calls that change functions (protocol/control.ts). */
import type { FunctionActions } from '../functions/functionActions.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';

type Call = (request: ServiceRequest, functionName?: string) => ServiceResponse;

const json = (value: unknown): ServiceResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** Method, path and what answers it. */
export function functionCalls(functions: FunctionActions): readonly (readonly [string, RegExp, Call])[] {
  return [
    [
      'POST',
      /^\/lamplight\/functions\/([^/]+)\/delete$/,
      (_request, functionName = '') => json(functions.delete(functionName)),
    ],
    [
      'POST',
      /^\/lamplight\/functions\/([^/]+)\/restore$/,
      (_request, functionName = '') => json(functions.restore(functionName)),
    ],
  ];
}
