/** The Lambda API as one service of the gateway: route, authorise, run the operation. */
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import { AwsError } from '../../protocol/awsError.ts';
import { getAccountSettings } from './accountSettings.ts';
import { authorize } from './authorize.ts';
import type { LambdaServiceOptions, Operation } from './call.ts';
import { downloadCode } from './codeDownload.ts';
import { createFunction } from './createFunction.ts';
import { deleteFunction } from './deleteFunction.ts';
import { entityTooLarge, notSupported } from './errors.ts';
import { invokeFunction, MAX_SYNC_BYTES, payloadTooLarge } from './invokeFunction.ts';
import type { OperationName } from './operations.ts';
import { getFunction, getFunctionConfiguration, listFunctions } from './readFunctions.ts';
import { findRoute, type Route } from './router.ts';
import { updateFunctionCode } from './updateFunctionCode.ts';
import { updateFunctionConfiguration } from './updateFunctionConfiguration.ts';

/** One handler for each operation there is; the others say that they are not supported. */
const HANDLERS: Partial<Record<OperationName, Operation>> = {
  CreateFunction: createFunction,
  GetFunction: getFunction,
  ListFunctions: listFunctions,
  DeleteFunction: deleteFunction,
  UpdateFunctionCode: updateFunctionCode,
  GetFunctionConfiguration: getFunctionConfiguration,
  UpdateFunctionConfiguration: updateFunctionConfiguration,
  Invoke: invokeFunction,
  GetAccountSettings: getAccountSettings,
};

/** Bytes of any request but Invoke's (row 76). */
const MAX_BODY_BYTES = 70_167_211;

type RequestHead = Omit<ServiceRequest, 'body' | 'signal'>;

const routeOf = (request: RequestHead): Route | undefined =>
  findRoute(request.method, request.path, () => request.query);

export function createLambdaService(host: LambdaServiceOptions): Service {
  async function handle(request: ServiceRequest): Promise<ServiceResponse> {
    const route = routeOf(request);
    if (route === undefined) {
      const download = await downloadCode(request, host);
      if (download !== undefined) return download;
      throw unknownOperation(request);
    }
    authorize(request.caller, route, host);
    const handler = HANDLERS[route.operation];
    if (handler === undefined) throw notSupported(`The operation ${route.operation}`);
    return handler({ request, route, host });
  }

  return {
    scope: 'lambda',
    maxBodyBytes: MAX_BODY_BYTES,
    bodyLimit: request => (isInvoke(routeOf(request)) ? MAX_SYNC_BYTES : MAX_BODY_BYTES),
    handle,
    tooLarge: request => {
      const route = routeOf(request);
      return isInvoke(route)
        ? payloadTooLarge(MAX_SYNC_BYTES)
        : entityTooLarge(
            `Request must be smaller than ${MAX_BODY_BYTES} bytes for the ${route?.operation ?? 'requested'} operation`,
          );
    },
  };
}

const isInvoke = (route: Route | undefined): boolean => route?.operation.startsWith('Invoke') === true;

/** As AWS answers for a path that it does not know. */
const unknownOperation = (request: RequestHead): AwsError =>
  new AwsError(
    'UnknownOperationException',
    404,
    `The Lambda API has no operation ${request.method} ${request.path}`,
    { type: undefined },
  );
