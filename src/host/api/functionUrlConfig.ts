/** Function URL configuration (spec/lambda-service.md §9.1; rows 87–96, 109–116, 149–161, 196, 304–312). */
import { functionArn } from '../functions/arn.ts';
import {
  functionUrls,
  newUrlId,
  urlHost,
  type FunctionUrl,
  type UrlCors,
} from '../functions/functionUrls.ts';
import type { LambdaServiceOptions } from './call.ts';
import { noSuchResource, resourceConflict, resourceNotFound } from './errors.ts';
import { resolveFunction } from './functionName.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';
import { makePage, pageAsked } from './paging.ts';
import { isThere } from './qualified.ts';

interface Target {
  readonly name: string;
  /** '' or an alias. */
  readonly qualifier: string;
  readonly isThere: boolean;
}

/** The model lets no other qualifier than an alias through. */
function target(
  functionName: string,
  given: string | undefined,
  host: LambdaServiceOptions,
): Target & { readonly url: FunctionUrl | undefined } {
  const { name, qualifier } = resolveFunction(functionName, given, host);
  const exists = isThere(host.functions, name, qualifier);
  const url = exists ? functionUrls(host.functions.settings).get(name, qualifier ?? '') : undefined;
  return { name, qualifier: qualifier ?? '', isThere: exists, url };
}

const noFunction = (): Error => resourceNotFound('Function does not exist');

const arnOf = ({ name, qualifier }: Pick<Target, 'name' | 'qualifier'>, host: LambdaServiceOptions): string =>
  functionArn(host, name, qualifier === '' ? undefined : qualifier);

/** `2026-09-15T11:59:39.307000000Z`: AWS has nanoseconds there. */
const urlDate = (epochMs: number): string => new Date(epochMs).toISOString().replace('Z', '000000Z');

const created = (url: FunctionUrl, at: Pick<Target, 'name' | 'qualifier'>, host: LambdaServiceOptions) => ({
  FunctionUrl: `http://${urlHost(url, host.region)}/`,
  FunctionArn: arnOf(at, host),
  AuthType: url.authType,
  Cors: url.cors,
  CreationTime: urlDate(url.created),
});

const shown = (url: FunctionUrl, at: Pick<Target, 'name' | 'qualifier'>, host: LambdaServiceOptions) => ({
  ...created(url, at, host),
  LastModifiedTime: urlDate(url.modified),
  InvokeMode: url.invokeMode ?? 'BUFFERED',
});

const create: OperationHandler<'CreateFunctionUrlConfig'> = async (input, { host }) => {
  const check = (): Target => {
    const at = target(input.FunctionName, input.Qualifier, host);
    if (!at.isThere) throw noFunction();
    if (at.url !== undefined)
      throw resourceConflict(
        `Failed to create function url config for [functionArn = ${arnOf(at, host)}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    return at;
  };
  check();
  const id = newUrlId();
  const port = await host.urls.reserve(id);
  try {
    // The function may have gone meanwhile, or somebody else has made one.
    const at = check();
    const now = host.clock.serviceNow();
    const cors = corsOf(input.Cors);
    const url: FunctionUrl = {
      id,
      port,
      authType: input.AuthType,
      ...(cors === undefined ? {} : { cors }),
      ...(input.InvokeMode === undefined ? {} : { invokeMode: input.InvokeMode }),
      created: now,
      modified: now,
    };
    functionUrls(host.functions.settings).put(at.name, at.qualifier, url);
    return { ...created(url, at, host), InvokeMode: url.invokeMode };
  } catch (error) {
    host.urls.release(id);
    throw error;
  }
};

/** An empty one is none. */
const corsOf = (cors: UrlCors | undefined): UrlCors | undefined =>
  cors === undefined || Object.keys(cors).length === 0 ? undefined : cors;

const get: OperationHandler<'GetFunctionUrlConfig'> = (input, { host }) => {
  const at = target(input.FunctionName, input.Qualifier, host);
  if (at.url === undefined) throw noSuchResource();
  return shown(at.url, at, host);
};

const update: OperationHandler<'UpdateFunctionUrlConfig'> = (input, { host }) => {
  const at = target(input.FunctionName, input.Qualifier, host);
  if (!at.isThere) throw noFunction();
  if (at.url === undefined) throw noSuchResource();
  const { cors: before, ...rest } = at.url;
  const cors = input.Cors === undefined ? before : corsOf(input.Cors);
  const url: FunctionUrl = {
    ...rest,
    authType: input.AuthType ?? rest.authType,
    ...(cors === undefined ? {} : { cors }),
    ...(input.InvokeMode === undefined ? {} : { invokeMode: input.InvokeMode }),
    modified: host.clock.serviceNow(),
  };
  functionUrls(host.functions.settings).put(at.name, at.qualifier, url);
  // Recorded: without InvokeMode where nobody has ever given one.
  return { ...shown(url, at, host), InvokeMode: url.invokeMode };
};

const remove: OperationHandler<'DeleteFunctionUrlConfig'> = (input, { host }) => {
  const at = target(input.FunctionName, input.Qualifier, host);
  if (at.url === undefined) throw noSuchResource();
  functionUrls(host.functions.settings).delete(at.name, at.qualifier);
};

const list: OperationHandler<'ListFunctionUrlConfigs'> = (input, { host }) => {
  const { name } = resolveFunction(input.FunctionName, undefined, host);
  if (!isThere(host.functions, name, undefined)) throw noFunction();
  const usable = functionUrls(host.functions.settings)
    .list(name)
    .filter(({ qualifier }) => qualifier === '' || isThere(host.functions, name, qualifier));
  const page = makePage(usable, ({ qualifier }) => qualifier, pageAsked(input));
  return {
    FunctionUrlConfigs: page.items.map(({ qualifier, value }) => shown(value, { name, qualifier }, host)),
    NextMarker: page.nextMarker,
  };
};

export const functionUrlOperations: OperationHandlers = {
  CreateFunctionUrlConfig: create,
  GetFunctionUrlConfig: get,
  UpdateFunctionUrlConfig: update,
  DeleteFunctionUrlConfig: remove,
  ListFunctionUrlConfigs: list,
};
