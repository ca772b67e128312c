/** GetFunction, GetFunctionConfiguration, ListFunctions. */
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { ServiceResponse } from '../gateway/service.ts';
import { json, type ApiCall } from './call.ts';
import { codeLocation } from './codeDownload.ts';
import { functionConfiguration, listedConfiguration } from './functionConfiguration.ts';
import { resolveFunction } from './functionName.ts';
import { readInput } from './input.ts';
import { makePage } from './paging.ts';
import { requireFunction } from './requireFunction.ts';
import { listFunctionsShape, qualifiedFunctionShape } from './shapes/functionShapes.ts';

export function getFunction(call: ApiCall): ServiceResponse {
  const { host } = call;
  const input = readInput(call, qualifiedFunctionShape);
  const record = requireFunction(input.FunctionName, input.Qualifier, host);
  const { qualifier } = resolveFunction(input.FunctionName, input.Qualifier, host);
  const tagged = qualifier === undefined && Object.keys(record.tags).length > 0;
  return json(200, {
    Configuration: functionConfiguration(record, host, qualifier),
    Code: codeOf(record, call),
    // Only for unqualified calls, not even for $LATEST (recorded).
    ...(tagged ? { Tags: record.tags } : {}),
  });
}

function codeOf(record: FunctionRecord, call: ApiCall): Record<string, unknown> {
  if (record.code.kind === 'image')
    return {
      RepositoryType: 'ECR',
      ImageUri: record.code.imageUri,
      ResolvedImageUri: record.code.imageUri,
    };
  const location = codeLocation(record, call);
  return { RepositoryType: 'S3', ...(location === undefined ? {} : { Location: location }) };
}

export function getFunctionConfiguration(call: ApiCall): ServiceResponse {
  const { host } = call;
  const input = readInput(call, qualifiedFunctionShape);
  const record = requireFunction(input.FunctionName, input.Qualifier, host);
  const { qualifier } = resolveFunction(input.FunctionName, input.Qualifier, host);
  return json(200, functionConfiguration(record, host, qualifier));
}

/** AWS never gives more at once, whatever MaxItems says. */
const PAGE = 50;

export function listFunctions(call: ApiCall): ServiceResponse {
  const { host } = call;
  const input = readInput(call, listFunctionsShape);
  // Replicas of Lambda@Edge functions are the only ones with another master region, and there are none.
  const elsewhere =
    input.MasterRegion !== undefined && input.MasterRegion !== 'ALL' && input.MasterRegion !== host.region;
  const qualifier = input.FunctionVersion === 'ALL' ? '$LATEST' : undefined;
  const page = makePage(elsewhere ? [] : host.functions.list(), record => record.name, {
    size: Math.min(input.MaxItems ?? PAGE, PAGE),
    marker: input.Marker,
  });
  return json(200, {
    NextMarker: page.nextMarker,
    Functions: page.items.map(record => listedConfiguration(record, host, qualifier)),
  });
}
