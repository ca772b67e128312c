import { storeCode } from './codeSource.ts';
import { invalidParameter, notSupported } from './errors.ts';
import { functionConfiguration } from './functionConfiguration.ts';
import { requireFunction } from './requireFunction.ts';
import { checkUpdatable } from './functionRules.ts';
import type { OperationHandler } from './operation.ts';

/** UpdateFunctionCode: what runs stays the old code until LastUpdateStatus is Successful. */
export const updateFunctionCode: OperationHandler<'UpdateFunctionCode'> = async (input, { host }) => {
  const record = requireFunction(input.FunctionName, undefined, host);
  if (input.Publish === true) throw notSupported('UpdateFunctionCode with Publish');
  if (input.PublishTo !== undefined) throw notSupported('UpdateFunctionCode with PublishTo');
  checkUpdatable(record, input.RevisionId, host);
  if (record.packageType === 'Zip' && input.ImageUri !== undefined)
    throw invalidParameter("Please don't provide ImageUri when updating a function with packageType Zip.");
  if (record.packageType === 'Image' && input.ImageUri === undefined)
    throw invalidParameter('Please provide ImageUri when updating a function with packageType Image.');
  const code = await storeCode(input, host);
  const architecture = input.Architectures?.[0];
  const change = {
    ...code,
    ...(architecture === undefined
      ? {}
      : { architecture: architecture === 'arm64' ? ('arm64' as const) : ('x86_64' as const) }),
  };
  // While a zip was unpacked, the function may have gone or changed.
  const current = requireFunction(input.FunctionName, undefined, host);
  if (input.DryRun === true) return functionConfiguration({ ...current, ...change }, host);
  checkUpdatable(current, input.RevisionId, host);
  return functionConfiguration(host.functions.update(current.name, 'code', change, 'later'), host);
};
