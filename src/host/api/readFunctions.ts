/** GetFunction, GetFunctionConfiguration, ListFunctions. */
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { ApiCall } from './call.ts';
import { codeLocation } from './codeDownload.ts';
import { functionConfiguration, listedConfiguration } from './functionConfiguration.ts';
import { resolveFunction } from './functionName.ts';
import type { OperationHandler, OutputOf } from './operation.ts';
import { makePage } from './paging.ts';
import { requireFunction } from './requireFunction.ts';

export const getFunction: OperationHandler<'GetFunction'> = (input, call) => {
  const { host } = call;
  const record = requireFunction(input.FunctionName, input.Qualifier, host);
  const { qualifier } = resolveFunction(input.FunctionName, input.Qualifier, host);
  const tagged = qualifier === undefined && Object.keys(record.tags).length > 0;
  return {
    Configuration: functionConfiguration(record, host, qualifier),
    Code: codeOf(record, call),
    // Only for unqualified calls, not even for $LATEST (recorded).
    ...(tagged ? { Tags: record.tags } : {}),
  };
};

function codeOf(record: FunctionRecord, call: ApiCall): OutputOf<'GetFunction'>['Code'] {
  if (record.code.kind === 'image')
    return {
      RepositoryType: 'ECR',
      ImageUri: record.code.imageUri,
      ResolvedImageUri: record.code.imageUri,
    };
  const location = codeLocation(record, call);
  return { RepositoryType: 'S3', ...(location === undefined ? {} : { Location: location }) };
}

export const getFunctionConfiguration: OperationHandler<'GetFunctionConfiguration'> = (input, { host }) => {
  const record = requireFunction(input.FunctionName, input.Qualifier, host);
  const { qualifier } = resolveFunction(input.FunctionName, input.Qualifier, host);
  return functionConfiguration(record, host, qualifier);
};

/** AWS never gives more at once, whatever MaxItems says. */
const PAGE = 50;

export const listFunctions: OperationHandler<'ListFunctions'> = (input, { host }) => {
  // Replicas of Lambda@Edge functions are the only ones with another master region, and there are none.
  const elsewhere =
    input.MasterRegion !== undefined && input.MasterRegion !== 'ALL' && input.MasterRegion !== host.region;
  const qualifier = input.FunctionVersion === 'ALL' ? '$LATEST' : undefined;
  const page = makePage(elsewhere ? [] : host.functions.list(), record => record.name, {
    size: Math.min(input.MaxItems ?? PAGE, PAGE),
    marker: input.Marker,
  });
  return {
    NextMarker: page.nextMarker,
    Functions: page.items.map(record => listedConfiguration(record, host, qualifier)),
  };
};
