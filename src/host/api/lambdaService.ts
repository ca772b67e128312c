/** The Lambda API as one service of the gateway: route, authorise, run the operation. */
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import { AwsError } from '../../protocol/awsError.ts';
import { accountOperations } from './accountSettings.ts';
import { aliasOperations } from './aliases.ts';
import type { LambdaServiceOptions } from './call.ts';
import { downloadCode } from './codeDownload.ts';
import { entityTooLarge } from './errors.ts';
import { functionOperations } from './functions.ts';
import { functionUrlOperations } from './functionUrlConfig.ts';
import { layerOperations } from './layers/layerOperations.ts';
import { layerPermissionOperations } from './layers/layerPermissions.ts';
import { invokeAsync, invokeFunction, MAX_SYNC_BYTES, payloadTooLarge } from './invokeFunction.ts';
import { invokeWithResponseStream } from './invokeWithResponseStream.ts';
import { operationTable } from './operation.ts';
import { permissionOperations } from './permissions.ts';
import { resourcePolicyOperations } from './resourcePolicies.ts';
import { codeSigningConfigOperations } from './codeSigningConfigs.ts';
import { concurrencyOperations } from './concurrency.ts';
import { eventInvokeOperations } from './eventInvokeConfig.ts';
import { mappingOperations } from './eventSources/mappingOperations.ts';
import { functionCodeSigningOperations } from './functionCodeSigning.ts';
import { provisionedConcurrencyOperations } from './provisionedConcurrency.ts';
import { recursionOperations } from './recursionConfig.ts';
import { runtimeManagementOperations } from './runtimeManagement.ts';
import { scalingOperations } from './scalingConfig.ts';
import { tagOperations } from './tags.ts';
import { findRoute, type Route } from './router.ts';
import { versionOperations } from './versions.ts';

/** One entry for each resource's file. */
const OPERATIONS = operationTable(
  // In a column: several people add to it.
  [
    //
    accountOperations,
    aliasOperations,
    functionOperations,
    permissionOperations,
    resourcePolicyOperations,
    versionOperations,
    layerOperations,
    layerPermissionOperations,
    concurrencyOperations,
    provisionedConcurrencyOperations,
    eventInvokeOperations,
    mappingOperations,
    codeSigningConfigOperations,
    functionCodeSigningOperations,
    tagOperations,
    functionUrlOperations,
    recursionOperations,
    runtimeManagementOperations,
    scalingOperations,
  ],
  {
    Invoke: invokeFunction,
    InvokeAsync: invokeAsync,
    InvokeWithResponseStream: invokeWithResponseStream,
  },
);

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
    const operation = OPERATIONS.get(route.operation);
    if (operation === undefined) throw unknownOperation(request);
    return operation({ request, route, host });
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
