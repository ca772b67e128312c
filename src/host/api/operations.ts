/**
 * Every operation of the Lambda API with its method and path (spec/lambda-service.md §1.2, model of 2026-11). What has no
 * handler answers that it is not supported, by name.
 */
export interface OperationRoute {
  readonly name: OperationName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Labels in braces stand for one path segment. */
  readonly path: string;
}

const ROUTES = {
  CreateFunction: 'POST /2015-03-31/functions',
  GetFunction: 'GET /2015-03-31/functions/{FunctionName}',
  ListFunctions: 'GET /2015-03-31/functions',
  DeleteFunction: 'DELETE /2015-03-31/functions/{FunctionName}',
  UpdateFunctionCode: 'PUT /2015-03-31/functions/{FunctionName}/code',
  GetFunctionConfiguration: 'GET /2015-03-31/functions/{FunctionName}/configuration',
  UpdateFunctionConfiguration: 'PUT /2015-03-31/functions/{FunctionName}/configuration',
  PublishVersion: 'POST /2015-03-31/functions/{FunctionName}/versions',
  ListVersionsByFunction: 'GET /2015-03-31/functions/{FunctionName}/versions',
  CreateAlias: 'POST /2015-03-31/functions/{FunctionName}/aliases',
  GetAlias: 'GET /2015-03-31/functions/{FunctionName}/aliases/{Name}',
  ListAliases: 'GET /2015-03-31/functions/{FunctionName}/aliases',
  UpdateAlias: 'PUT /2015-03-31/functions/{FunctionName}/aliases/{Name}',
  DeleteAlias: 'DELETE /2015-03-31/functions/{FunctionName}/aliases/{Name}',
  PublishLayerVersion: 'POST /2018-10-31/layers/{LayerName}/versions',
  GetLayerVersion: 'GET /2018-10-31/layers/{LayerName}/versions/{VersionNumber}',
  // One path with ListLayers; `?find=LayerVersion` tells them apart (router.ts).
  GetLayerVersionByArn: 'GET /2018-10-31/layers?find=LayerVersion',
  ListLayers: 'GET /2018-10-31/layers',
  ListLayerVersions: 'GET /2018-10-31/layers/{LayerName}/versions',
  DeleteLayerVersion: 'DELETE /2018-10-31/layers/{LayerName}/versions/{VersionNumber}',
  AddLayerVersionPermission: 'POST /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy',
  GetLayerVersionPolicy: 'GET /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy',
  RemoveLayerVersionPermission:
    'DELETE /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}',
  AddPermission: 'POST /2015-03-31/functions/{FunctionName}/policy',
  GetPolicy: 'GET /2015-03-31/functions/{FunctionName}/policy',
  RemovePermission: 'DELETE /2015-03-31/functions/{FunctionName}/policy/{StatementId}',
  GetResourcePolicy: 'GET /2026-07-09/resource-policy/{ResourceArn}',
  PutResourcePolicy: 'PUT /2026-07-09/resource-policy/{ResourceArn}',
  DeleteResourcePolicy: 'DELETE /2026-07-09/resource-policy/{ResourceArn}',
  Invoke: 'POST /2015-03-31/functions/{FunctionName}/invocations',
  InvokeAsync: 'POST /2014-11-13/functions/{FunctionName}/invoke-async',
  InvokeWithResponseStream: 'POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations',
  PutFunctionEventInvokeConfig: 'PUT /2019-09-25/functions/{FunctionName}/event-invoke-config',
  UpdateFunctionEventInvokeConfig: 'POST /2019-09-25/functions/{FunctionName}/event-invoke-config',
  GetFunctionEventInvokeConfig: 'GET /2019-09-25/functions/{FunctionName}/event-invoke-config',
  DeleteFunctionEventInvokeConfig: 'DELETE /2019-09-25/functions/{FunctionName}/event-invoke-config',
  ListFunctionEventInvokeConfigs: 'GET /2019-09-25/functions/{FunctionName}/event-invoke-config/list',
  CreateEventSourceMapping: 'POST /2015-03-31/event-source-mappings',
  GetEventSourceMapping: 'GET /2015-03-31/event-source-mappings/{UUID}',
  ListEventSourceMappings: 'GET /2015-03-31/event-source-mappings',
  UpdateEventSourceMapping: 'PUT /2015-03-31/event-source-mappings/{UUID}',
  DeleteEventSourceMapping: 'DELETE /2015-03-31/event-source-mappings/{UUID}',
  CreateFunctionUrlConfig: 'POST /2021-10-31/functions/{FunctionName}/url',
  GetFunctionUrlConfig: 'GET /2021-10-31/functions/{FunctionName}/url',
  UpdateFunctionUrlConfig: 'PUT /2021-10-31/functions/{FunctionName}/url',
  DeleteFunctionUrlConfig: 'DELETE /2021-10-31/functions/{FunctionName}/url',
  ListFunctionUrlConfigs: 'GET /2021-10-31/functions/{FunctionName}/urls',
  PutFunctionConcurrency: 'PUT /2017-10-31/functions/{FunctionName}/concurrency',
  GetFunctionConcurrency: 'GET /2019-09-30/functions/{FunctionName}/concurrency',
  DeleteFunctionConcurrency: 'DELETE /2017-10-31/functions/{FunctionName}/concurrency',
  PutProvisionedConcurrencyConfig: 'PUT /2019-09-30/functions/{FunctionName}/provisioned-concurrency',
  GetProvisionedConcurrencyConfig: 'GET /2019-09-30/functions/{FunctionName}/provisioned-concurrency',
  // One path with GetProvisionedConcurrencyConfig.
  ListProvisionedConcurrencyConfigs:
    'GET /2019-09-30/functions/{FunctionName}/provisioned-concurrency?List=ALL',
  DeleteProvisionedConcurrencyConfig: 'DELETE /2019-09-30/functions/{FunctionName}/provisioned-concurrency',
  PutRuntimeManagementConfig: 'PUT /2021-07-20/functions/{FunctionName}/runtime-management-config',
  GetRuntimeManagementConfig: 'GET /2021-07-20/functions/{FunctionName}/runtime-management-config',
  CreateCodeSigningConfig: 'POST /2020-04-22/code-signing-configs',
  GetCodeSigningConfig: 'GET /2020-04-22/code-signing-configs/{CodeSigningConfigArn}',
  ListCodeSigningConfigs: 'GET /2020-04-22/code-signing-configs',
  UpdateCodeSigningConfig: 'PUT /2020-04-22/code-signing-configs/{CodeSigningConfigArn}',
  DeleteCodeSigningConfig: 'DELETE /2020-04-22/code-signing-configs/{CodeSigningConfigArn}',
  ListFunctionsByCodeSigningConfig: 'GET /2020-04-22/code-signing-configs/{CodeSigningConfigArn}/functions',
  PutFunctionCodeSigningConfig: 'PUT /2020-06-30/functions/{FunctionName}/code-signing-config',
  GetFunctionCodeSigningConfig: 'GET /2020-06-30/functions/{FunctionName}/code-signing-config',
  DeleteFunctionCodeSigningConfig: 'DELETE /2020-06-30/functions/{FunctionName}/code-signing-config',
  ListTags: 'GET /2017-03-31/tags/{Resource}',
  TagResource: 'POST /2017-03-31/tags/{Resource}',
  UntagResource: 'DELETE /2017-03-31/tags/{Resource}',
  GetAccountSettings: 'GET /2016-08-19/account-settings',
  PutFunctionRecursionConfig: 'PUT /2024-08-31/functions/{FunctionName}/recursion-config',
  GetFunctionRecursionConfig: 'GET /2024-08-31/functions/{FunctionName}/recursion-config',
  PutFunctionScalingConfig: 'PUT /2025-11-30/functions/{FunctionName}/function-scaling-config',
  GetFunctionScalingConfig: 'GET /2025-11-30/functions/{FunctionName}/function-scaling-config',
  CreateCapacityProvider: 'POST /2025-11-30/capacity-providers',
  GetCapacityProvider: 'GET /2025-11-30/capacity-providers/{CapacityProviderName}',
  ListCapacityProviders: 'GET /2025-11-30/capacity-providers',
  UpdateCapacityProvider: 'PUT /2025-11-30/capacity-providers/{CapacityProviderName}',
  DeleteCapacityProvider: 'DELETE /2025-11-30/capacity-providers/{CapacityProviderName}',
  ListFunctionVersionsByCapacityProvider:
    'GET /2025-11-30/capacity-providers/{CapacityProviderName}/function-versions',
  ListDurableExecutionsByFunction: 'GET /2025-12-01/functions/{FunctionName}/durable-executions',
  GetDurableExecution: 'GET /2025-12-01/durable-executions/{DurableExecutionArn}',
  GetDurableExecutionHistory: 'GET /2025-12-01/durable-executions/{DurableExecutionArn}/history',
  GetDurableExecutionState: 'GET /2025-12-01/durable-executions/{DurableExecutionArn}/state',
  CheckpointDurableExecution: 'POST /2025-12-01/durable-executions/{DurableExecutionArn}/checkpoint',
  StopDurableExecution: 'POST /2025-12-01/durable-executions/{DurableExecutionArn}/stop',
  SendDurableExecutionCallbackSuccess: 'POST /2025-12-01/durable-execution-callbacks/{CallbackId}/succeed',
  SendDurableExecutionCallbackFailure: 'POST /2025-12-01/durable-execution-callbacks/{CallbackId}/fail',
  SendDurableExecutionCallbackHeartbeat:
    'POST /2025-12-01/durable-execution-callbacks/{CallbackId}/heartbeat',
} as const;

export type OperationName = keyof typeof ROUTES;

export const OPERATIONS: readonly OperationRoute[] = (
  Object.entries(ROUTES) as [OperationName, string][]
).map(([name, route]) => {
  const [method, path] = route.split(' ') as [OperationRoute['method'], string];
  return { name, method, path };
});
