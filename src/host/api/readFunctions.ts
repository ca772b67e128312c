/** GetFunction, GetFunctionConfiguration, ListFunctions. */
import { reservedConcurrency } from '../functions/concurrency.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { ApiCall, LambdaServiceOptions } from './call.ts';
import { codeLocation } from './codeDownload.ts';
import { functionConfiguration, listedConfiguration } from './functionConfiguration.ts';
import { resolveFunction } from './functionName.ts';
import type { OperationHandler, OutputOf } from './operation.ts';
import { makePage, pageAsked, readPage } from './paging.ts';
import { requireFunction } from './requireFunction.ts';

export const getFunction: OperationHandler<'GetFunction'> = (input, call) => {
  const { host } = call;
  const record = requireFunction(input.FunctionName, input.Qualifier, host);
  const { qualifier } = resolveFunction(input.FunctionName, input.Qualifier, host);
  return {
    Configuration: functionConfiguration(record, host, qualifier),
    Code: codeOf(record, call),
    // Only for unqualified calls, not even for $LATEST (recorded).
    ...(qualifier === undefined ? ofWholeFunction(record, call) : {}),
  };
};

function ofWholeFunction(
  record: FunctionRecord,
  { host }: ApiCall,
): Pick<OutputOf<'GetFunction'>, 'Concurrency' | 'Tags'> {
  const reserved = reservedConcurrency(host.functions.settings).get(record.name);
  return {
    Tags: Object.keys(record.tags).length === 0 ? undefined : record.tags,
    Concurrency: reserved === undefined ? undefined : { ReservedConcurrentExecutions: reserved },
  };
}

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

export const listFunctions: OperationHandler<'ListFunctions'> = (input, { host }) => {
  // Replicas of Lambda@Edge functions are the only ones with another master region, and there are none.
  const elsewhere =
    input.MasterRegion !== undefined && input.MasterRegion !== 'ALL' && input.MasterRegion !== host.region;
  const functions = elsewhere ? [] : host.functions.list();
  const options = pageAsked(input);
  if (input.FunctionVersion === 'ALL') {
    const page = readPage(versionsOfAll(functions, host), positionOf, options);
    return {
      NextMarker: page.nextMarker,
      Functions: page.items.map(record => listedConfiguration(record, host, record.version)),
    };
  }
  const page = makePage(functions, record => record.name, options);
  return {
    NextMarker: page.nextMarker,
    Functions: page.items.map(record => listedConfiguration(record, host)),
  };
};

/** `NAME:NUMBER`; `$LATEST`, which comes first, is 0. */
const positionOf = ({ name, version }: FunctionRecord): string =>
  `${name}:${version === '$LATEST' ? '0' : version}`;

/** Of each function `$LATEST` and then its versions, read as far as they are asked for. */
function versionsOfAll(functions: readonly FunctionRecord[], host: LambdaServiceOptions) {
  return (after: string | undefined, limit: number): FunctionRecord[] => {
    const [name = '', number = '0'] = after?.split(':') ?? [];
    const found: FunctionRecord[] = [];
    for (const latest of functions) {
      if (latest.name < name) continue;
      if (latest.name !== name) found.push(latest);
      const above = latest.name === name ? Number(number) : 0;
      if (found.length < limit)
        found.push(...host.functions.versions.list(latest.name, above, limit - found.length));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  };
}
