/** Provisioned concurrency of versions and aliases (spec/lambda-service.md §6; rows 118–121, 175–182, 201, 236–247). */
import { functionArn } from '../functions/arn.ts';
import {
  minimumUnreserved,
  provisionedConcurrency,
  provisionedTotal,
  reservedConcurrency,
  unreservedConcurrency,
  type ProvisionedConcurrency,
} from '../functions/concurrency.ts';
import { wholeSecondsDate } from '../functions/functionSummary.ts';
import type { LambdaServiceOptions } from './call.ts';
import {
  functionNotFound,
  invalidParameter,
  noProvisionedConcurrency,
  resourceConflict,
  untypedInvalidParameter,
} from './errors.ts';
import { resolveFunction } from './functionName.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';
import { makePage, pageAsked } from './paging.ts';
import { isThere, qualifierKind, qualifierNotFound } from './qualified.ts';

interface Target {
  readonly name: string;
  readonly qualifier: string;
}

/** A version or alias that is there; `latest` says why `$LATEST` won't do, before it is known whether the function exists. */
function target(
  input: { readonly FunctionName: string; readonly Qualifier: string },
  host: LambdaServiceOptions,
  latest: string,
): Target {
  const { name, qualifier = '$LATEST' } = resolveFunction(input.FunctionName, input.Qualifier, host);
  if (qualifier === '$LATEST') throw invalidParameter(latest);
  if (!isThere(host.functions, name, qualifier)) throw qualifierNotFound(host, name, qualifier);
  return { name, qualifier };
}

const PUBLISHED_ONLY = 'The function resource provided must be an alias or a published version.';

function shown(
  { provisioner }: LambdaServiceOptions,
  name: string,
  qualifier: string,
  { requested, lastModified }: ProvisionedConcurrency,
) {
  const { status, allocated, statusReason } = provisioner.allocation(name, qualifier);
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AllocatedProvisionedConcurrentExecutions: allocated,
    AvailableProvisionedConcurrentExecutions: allocated,
    Status: status,
    StatusReason: statusReason,
    LastModified: wholeSecondsDate(lastModified),
  };
}

const put: OperationHandler<'PutProvisionedConcurrencyConfig'> = (input, { host }) => {
  const { name, qualifier } = target(
    input,
    host,
    'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
  );
  return putProvisioned(host, name, qualifier, input.ProvisionedConcurrentExecutions);
};

/** Of a version or alias that is there. Throws what PutProvisionedConcurrencyConfig answers; Application Auto Scaling asks too. */
export function putProvisioned(
  host: LambdaServiceOptions,
  name: string,
  qualifier: string,
  requested: number,
) {
  if (!isThere(host.functions, name, qualifier)) throw qualifierNotFound(host, name, qualifier);
  checkOverlap(host, name, qualifier);
  checkAmount(host, name, qualifier, requested);
  const config = { requested, lastModified: host.clock.serviceNow() };
  provisionedConcurrency(host.functions.settings).put(name, qualifier, config);
  return shown(host, name, qualifier, config);
}

/** A version is provisioned by itself or through an alias, never both: rows 241, 242. */
function checkOverlap({ functions }: LambdaServiceOptions, name: string, qualifier: string): void {
  const isProvisioned = (one: string): boolean =>
    provisionedConcurrency(functions.settings).get(name, one) !== undefined;
  if (qualifierKind(qualifier) === 'alias') {
    const alias = functions.aliases.get(name, qualifier);
    if (alias !== undefined && isProvisioned(alias.version))
      throw resourceConflict(
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
      );
    return;
  }
  const pointing = functions.aliases.list(name).filter(({ version }) => version === qualifier);
  if (pointing.some(alias => isProvisioned(alias.name)))
    throw resourceConflict('Version is pointed by a Provisioned Concurrency alias');
}

/** Rows 237–240: within the function's reservation or, without one, the account's. */
function checkAmount(
  { functions, concurrencyLimit }: LambdaServiceOptions,
  name: string,
  qualifier: string,
  wanted: number,
): void {
  const { settings } = functions;
  const others = provisionedTotal(settings, name, qualifier);
  const reserved = reservedConcurrency(settings).get(name);
  if (reserved !== undefined) {
    if (others + wanted > reserved)
      throw invalidParameter(
        'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
      );
    return;
  }
  const unreserved = unreservedConcurrency(settings, concurrencyLimit, name) - others;
  if (wanted > unreserved)
    throw untypedInvalidParameter(
      `Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${unreserved}].`,
    );
  const minimum = minimumUnreserved(concurrencyLimit);
  if (unreserved - wanted < minimum)
    throw untypedInvalidParameter(
      `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
    );
}

const get: OperationHandler<'GetProvisionedConcurrencyConfig'> = (input, { host }) => {
  const { name, qualifier } = target(input, host, PUBLISHED_ONLY);
  const config = provisionedConcurrency(host.functions.settings).get(name, qualifier);
  if (config === undefined) throw noProvisionedConcurrency();
  return shown(host, name, qualifier, config);
};

const list: OperationHandler<'ListProvisionedConcurrencyConfigs'> = (input, { host }) => {
  const { name } = resolveFunction(input.FunctionName, undefined, host);
  if (!isThere(host.functions, name, undefined)) throw functionNotFound(functionArn(host, name));
  const page = makePage(
    provisionedConcurrency(host.functions.settings).list(name),
    ({ qualifier }) => qualifier,
    pageAsked(input),
  );
  return {
    ProvisionedConcurrencyConfigs: page.items.map(({ qualifier, value }) => ({
      FunctionArn: functionArn(host, name, qualifier),
      ...shown(host, name, qualifier, value),
    })),
    NextMarker: page.nextMarker,
  };
};

const remove: OperationHandler<'DeleteProvisionedConcurrencyConfig'> = (input, { host }) => {
  const { name, qualifier } = target(input, host, PUBLISHED_ONLY);
  provisionedConcurrency(host.functions.settings).delete(name, qualifier);
};

export const provisionedConcurrencyOperations: OperationHandlers = {
  PutProvisionedConcurrencyConfig: put,
  GetProvisionedConcurrencyConfig: get,
  ListProvisionedConcurrencyConfigs: list,
  DeleteProvisionedConcurrencyConfig: remove,
};
