/** PublishVersion and ListVersionsByFunction (spec/lambda-service.md §3.1). */
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { LambdaServiceOptions } from './call.ts';
import { functionNotFound, invalidParameter, notSupported, revisionMismatch } from './errors.ts';
import { functionArn } from '../functions/arn.ts';
import { functionConfiguration, listedConfiguration } from './functionConfiguration.ts';
import { resolveFunction } from './functionName.ts';
import { checkUpdatable } from './functionRules.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';
import { pageAsked, readPage } from './paging.ts';
import { requireFunction, requireLatest } from './requireFunction.ts';

/** 201 with the version, Active at once; with the existing one where nothing was updated since (recorded). */
const publishVersion: OperationHandler<'PublishVersion'> = async (input, { host }) => {
  const { name } = requireLatest(input.FunctionName, host);
  if (input.PublishTo !== undefined) throw notSupported('PublishVersion with PublishTo');
  const check = (latest: FunctionRecord): void => {
    checkPublishable(latest, input, host);
  };
  const version = await host.functions.versions.publish(name, { description: input.Description, check });
  if (version === undefined) throw functionNotFound(functionArn(host, name));
  return functionConfiguration(version, host, version.version);
};

/** Rows 209 to 212, C11; also where nothing would be published. */
function checkPublishable(
  latest: FunctionRecord,
  input: { readonly RevisionId?: string; readonly CodeSha256?: string },
  host: LambdaServiceOptions,
): void {
  if (input.RevisionId !== undefined && input.RevisionId !== latest.revisionId) throw revisionMismatch();
  if (input.CodeSha256 !== undefined && input.CodeSha256 !== latest.codeSha256)
    throw invalidParameter(
      `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${latest.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  checkUpdatable(latest, undefined, host);
}

const listVersionsByFunction: OperationHandler<'ListVersionsByFunction'> = (input, { host }) => {
  const { name } = resolveFunction(input.FunctionName, undefined, host);
  const latest = requireFunction(name, undefined, host);
  const read = (after: string | undefined, limit: number): readonly FunctionRecord[] =>
    after === undefined
      ? [latest, ...host.functions.versions.list(name, 0, limit - 1)]
      : host.functions.versions.list(name, Number(after), limit);
  const page = readPage(read, ({ version }) => (version === '$LATEST' ? '0' : version), {
    ...pageAsked(input),
    isKey: key => /^\d{1,15}$/.test(key),
  });
  return {
    NextMarker: page.nextMarker,
    Versions: page.items.map(record => listedConfiguration(record, host, record.version)),
  };
};

export const versionOperations: OperationHandlers = {
  PublishVersion: publishVersion,
  ListVersionsByFunction: listVersionsByFunction,
};
