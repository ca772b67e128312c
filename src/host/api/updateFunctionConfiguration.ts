import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { FunctionChange } from '../functions/functionState.ts';
import { imageConfigOf } from './createFunction.ts';
import { checkDeadLetters } from './destinations.ts';
import { invalidParameter, notSupported } from './errors.ts';
import { functionConfiguration } from './functionConfiguration.ts';
import {
  checkEnvironment,
  checkLimits,
  checkRuntime,
  checkSnapStart,
  checkUpdatable,
  loggingOf,
} from './functionRules.ts';
import { attachLayers, checkTotalSize } from './layers/functionLayers.ts';
import type { InputOf, OperationHandler } from './operation.ts';
import { requireLatest } from './requireFunction.ts';
import { storedExtra } from './storedExtra.ts';

type Input = InputOf<'UpdateFunctionConfiguration'>;

/** UpdateFunctionConfiguration: what is absent stays, what is present replaces. */
export const updateFunctionConfiguration: OperationHandler<'UpdateFunctionConfiguration'> = async (
  input,
  call,
) => {
  const { host } = call;
  const record = requireLatest(input.FunctionName, host);
  if (input.CapacityProviderConfig !== undefined)
    throw invalidParameter("CapacityProviderConfig isn't supported for Lambda Default functions.");
  if (input.DurableConfig !== undefined) throw notSupported('UpdateFunctionConfiguration with DurableConfig');
  if (input.RuntimeConfig !== undefined) throw notSupported('UpdateFunctionConfiguration with RuntimeConfig');
  if (input.AcceleratorConfig !== undefined)
    throw notSupported('UpdateFunctionConfiguration with AcceleratorConfig');
  checkUpdatable(record, input.RevisionId, host);
  checkLimits({ timeout: input.Timeout, memorySize: input.MemorySize });
  if (
    record.packageType === 'Image' &&
    (input.Runtime !== undefined || input.Handler !== undefined || input.Layers !== undefined)
  )
    throw invalidParameter(
      "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
    );
  if (input.Runtime !== undefined) checkRuntime(input.Runtime);
  if (input.SnapStart !== undefined || input.Runtime !== undefined) {
    const { SnapStart: stored } = record.extra as { readonly SnapStart?: { readonly ApplyOn?: string } };
    checkSnapStart(input.SnapStart?.ApplyOn ?? stored?.ApplyOn, input.Runtime ?? record.runtime);
  }
  checkEnvironment(input.Environment?.Variables ?? {});
  const layers = input.Layers === undefined ? undefined : attachLayers(input.Layers, call);
  if (layers !== undefined) await checkTotalSize({ ...record, layers }, host);
  if (input.DeadLetterConfig !== undefined) await checkDeadLetters(input.DeadLetterConfig.TargetArn, host);
  // While something was looked up, the function may have gone or changed.
  const current = requireLatest(input.FunctionName, host);
  if (current !== record) checkUpdatable(current, input.RevisionId, host);
  const change = { ...changeOf(input, current), ...(layers === undefined ? {} : { layers }) };
  const updated = host.functions.update(current.name, 'configuration', change, 'later');
  return functionConfiguration(updated, host);
};

function changeOf(input: Input, record: FunctionRecord): FunctionChange {
  return {
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.Runtime === undefined ? {} : { runtime: input.Runtime }),
    ...(input.Handler === undefined ? {} : { handler: input.Handler }),
    ...(input.Role === undefined ? {} : { role: input.Role }),
    ...(input.Timeout === undefined ? {} : { timeout: input.Timeout }),
    ...(input.MemorySize === undefined ? {} : { memorySize: input.MemorySize }),
    ...(input.EphemeralStorage === undefined ? {} : { ephemeralStorage: input.EphemeralStorage.Size }),
    ...(input.Environment === undefined ? {} : { environment: input.Environment.Variables ?? {} }),
    ...(input.LoggingConfig === undefined ? {} : { logging: loggingOf(input.LoggingConfig, record.name) }),
    ...(input.TracingConfig?.Mode === undefined
      ? {}
      : { tracingMode: input.TracingConfig.Mode === 'Active' ? 'Active' : 'PassThrough' }),
    ...(input.ImageConfig === undefined ? {} : { imageConfig: imageConfigOf(input.ImageConfig) }),
    extra: storedExtra(record.extra, input),
  };
}
