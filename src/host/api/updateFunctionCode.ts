import { storeCode } from './codeSource.ts';
import { invalidParameter, notSupported } from './errors.ts';
import { functionConfiguration } from './functionConfiguration.ts';
import { requireLatest } from './requireFunction.ts';
import { checkUpdatable } from './functionRules.ts';
import { checkTotalSize } from './layers/functionLayers.ts';
import type { OperationHandler } from './operation.ts';

/**
 * UpdateFunctionCode: what runs stays the old code until LastUpdateStatus is Successful. With Publish it answers the new
 * version, Pending and with a qualified ARN (recorded).
 */
export const updateFunctionCode: OperationHandler<'UpdateFunctionCode'> = async (input, call) => {
  const { host } = call;
  const record = requireLatest(input.FunctionName, host);
  if (input.PublishTo !== undefined) throw notSupported('UpdateFunctionCode with PublishTo');
  checkUpdatable(record, input.RevisionId, host);
  if (record.packageType === 'Zip' && input.ImageUri !== undefined)
    throw invalidParameter("Please don't provide ImageUri when updating a function with packageType Zip.");
  if (record.packageType === 'Image' && input.ImageUri === undefined)
    throw invalidParameter('Please provide ImageUri when updating a function with packageType Image.');
  const code = await storeCode(input, call);
  await checkTotalSize({ ...code, layers: record.layers }, host);
  const architecture = input.Architectures?.[0];
  const change = {
    ...code,
    ...(architecture === undefined
      ? {}
      : { architecture: architecture === 'arm64' ? ('arm64' as const) : ('x86_64' as const) }),
  };
  const isPublished = input.Publish === true && input.DryRun !== true;
  const { layers } = isPublished ? await host.functions.versions.freeze({ ...record, ...change }) : record;
  // While a zip was unpacked, the function may have gone or changed.
  const current = requireLatest(input.FunctionName, host);
  if (input.DryRun === true) return functionConfiguration({ ...current, ...change }, host);
  checkUpdatable(current, input.RevisionId, host);
  const publish = isPublished ? { layers } : undefined;
  const updated = host.functions.update(current.name, 'code', change, 'later', undefined, publish);
  const version = isPublished ? host.functions.versions.current(current.name) : undefined;
  return functionConfiguration(version ?? updated, host, version?.version);
};
