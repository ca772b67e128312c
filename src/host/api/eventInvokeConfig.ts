/** Event-invoke configuration (spec/lambda-service.md §7.2; rows 107, 108, 142–148, 195, 222–234, 301–303). */
import { functionArn } from '../functions/arn.ts';
import { eventInvokeConfigs, type EventInvokeConfig } from '../functions/eventInvoke.ts';
import { settingQualifier } from '../functions/functionSettings.ts';
import type { LambdaServiceOptions } from './call.ts';
import { checkDestinations } from './destinations.ts';
import { invalidParameter, resourceNotFound } from './errors.ts';
import { resolveFunction } from './functionName.ts';
import type { InputOf, OperationHandler, OperationHandlers } from './operation.ts';
import { makePage, pageAsked } from './paging.ts';
import { isThere } from './qualified.ts';

interface Target {
  readonly name: string;
  /** As it is stored: '' for none and for `$LATEST`. */
  readonly key: string;
}

function target(
  functionName: string,
  given: string | undefined,
  host: LambdaServiceOptions,
): Target & { readonly isThere: boolean } {
  const { name, qualifier = '$LATEST' } = resolveFunction(functionName, given, host);
  return {
    name,
    key: settingQualifier(qualifier),
    isThere: isThere(host.functions, name, qualifier),
  };
}

const arnOf = ({ name, key }: Target, host: LambdaServiceOptions): string =>
  functionArn(host, name, key === '' ? '$LATEST' : key);

const noFunction = (): Error => resourceNotFound("The function doesn't exist.");
const noConfig = (at: Target, host: LambdaServiceOptions): Error =>
  resourceNotFound(`The function ${arnOf(at, host)} doesn't have an EventInvokeConfig`);

const shown = (config: EventInvokeConfig, at: Target, host: LambdaServiceOptions) => ({
  LastModified: new Date(config.lastModified),
  FunctionArn: arnOf(at, host),
  MaximumRetryAttempts: config.maximumRetryAttempts,
  MaximumEventAgeInSeconds: config.maximumEventAgeInSeconds,
  DestinationConfig: {
    OnSuccess: { Destination: config.onSuccess },
    OnFailure: { Destination: config.onFailure },
  },
});

type Change = Omit<InputOf<'PutFunctionEventInvokeConfig'>, 'FunctionName' | 'Qualifier'>;

/** What is given replaces, what isn't stays as it was; an empty destination takes the destination away. */
function changed(before: Partial<EventInvokeConfig>, change: Change, now: number): EventInvokeConfig {
  const { OnSuccess, OnFailure } = change.DestinationConfig ?? {};
  const retries = change.MaximumRetryAttempts ?? before.maximumRetryAttempts;
  const age = change.MaximumEventAgeInSeconds ?? before.maximumEventAgeInSeconds;
  const onSuccess = OnSuccess?.Destination ?? before.onSuccess ?? '';
  const onFailure = OnFailure?.Destination ?? before.onFailure ?? '';
  return {
    ...(retries === undefined ? {} : { maximumRetryAttempts: retries }),
    ...(age === undefined ? {} : { maximumEventAgeInSeconds: age }),
    ...(onSuccess === '' ? {} : { onSuccess }),
    ...(onFailure === '' ? {} : { onFailure }),
    lastModified: now,
  };
}

function checkGiven(change: Change): void {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = change;
  if (
    MaximumRetryAttempts === undefined &&
    MaximumEventAgeInSeconds === undefined &&
    DestinationConfig === undefined
  )
    throw invalidParameter('You must specify at least one of error handling or destination setting.');
}

const put: OperationHandler<'PutFunctionEventInvokeConfig'> = async (input, { host }) => {
  const at = target(input.FunctionName, input.Qualifier, host);
  checkGiven(input);
  if (!at.isThere) throw noFunction();
  await checkDestinations(input.DestinationConfig ?? {}, at.name, host);
  return store({}, input, at, host);
};

const update: OperationHandler<'UpdateFunctionEventInvokeConfig'> = async (input, { host }) => {
  const at = target(input.FunctionName, input.Qualifier, host);
  checkGiven(input);
  if (!isThere(host.functions, at.name, undefined)) throw noFunction();
  const find = (): EventInvokeConfig | undefined =>
    eventInvokeConfigs(host.functions.settings).get(at.name, at.key);
  if (find() === undefined) throw noConfig(at, host);
  await checkDestinations(input.DestinationConfig ?? {}, at.name, host);
  const before = find();
  // Deleted while the destinations were looked up.
  if (before === undefined) throw noConfig(at, host);
  return store(before, input, at, host);
};

function store(before: Partial<EventInvokeConfig>, change: Change, at: Target, host: LambdaServiceOptions) {
  if (!isThere(host.functions, at.name, undefined)) throw noFunction();
  const config = changed(before, change, host.clock.serviceNow());
  eventInvokeConfigs(host.functions.settings).put(at.name, at.key, config);
  return shown(config, at, host);
}

const get: OperationHandler<'GetFunctionEventInvokeConfig'> = (input, { host }) => {
  const at = target(input.FunctionName, input.Qualifier, host);
  const config = eventInvokeConfigs(host.functions.settings).get(at.name, at.key);
  if (config === undefined) throw noConfig(at, host);
  return shown(config, at, host);
};

const list: OperationHandler<'ListFunctionEventInvokeConfigs'> = (input, { host }) => {
  const { name } = resolveFunction(input.FunctionName, undefined, host);
  if (!isThere(host.functions, name, undefined)) throw noFunction();
  const page = makePage(
    eventInvokeConfigs(host.functions.settings).list(name),
    ({ qualifier }) => qualifier,
    pageAsked(input),
  );
  return {
    FunctionEventInvokeConfigs: page.items.map(({ qualifier, value }) =>
      shown(value, { name, key: qualifier }, host),
    ),
    NextMarker: page.nextMarker,
  };
};

const remove: OperationHandler<'DeleteFunctionEventInvokeConfig'> = (input, { host }) => {
  const at = target(input.FunctionName, input.Qualifier, host);
  if (!eventInvokeConfigs(host.functions.settings).delete(at.name, at.key)) throw noConfig(at, host);
};

export const eventInvokeOperations: OperationHandlers = {
  PutFunctionEventInvokeConfig: put,
  UpdateFunctionEventInvokeConfig: update,
  GetFunctionEventInvokeConfig: get,
  ListFunctionEventInvokeConfigs: list,
  DeleteFunctionEventInvokeConfig: remove,
};
