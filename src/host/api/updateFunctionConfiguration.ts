import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { FunctionChange } from '../functions/functionState.ts';
import type { ServiceResponse } from '../gateway/service.ts';
import { json, type ApiCall } from './call.ts';
import { imageConfigOf } from './createFunction.ts';
import { invalidParameter, notSupported } from './errors.ts';
import { functionConfiguration } from './functionConfiguration.ts';
import {
  checkEnvironment,
  checkLayers,
  checkLimits,
  checkRuntime,
  checkUpdatable,
  loggingOf,
} from './functionRules.ts';
import { readInput } from './input.ts';
import { requireFunction } from './requireFunction.ts';
import { updateFunctionConfigurationShape } from './shapes/functionShapes.ts';
import type { ValueOf } from './shapes/shape.ts';
import { storedExtra } from './storedExtra.ts';

type Input = ValueOf<typeof updateFunctionConfigurationShape>;

/** UpdateFunctionConfiguration: what is absent stays, what is present replaces. */
export function updateFunctionConfiguration(call: ApiCall): ServiceResponse {
  const { host } = call;
  const input = readInput(call, updateFunctionConfigurationShape);
  const record = requireFunction(input.FunctionName, undefined, host);
  if (input.CapacityProviderConfig !== undefined)
    throw invalidParameter("CapacityProviderConfig isn't supported for Lambda Default functions.");
  if (input.DurableConfig !== undefined) throw notSupported('UpdateFunctionConfiguration with DurableConfig');
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
  checkEnvironment(input.Environment?.Variables ?? {});
  if (input.Layers !== undefined) checkLayers(input.Layers, host);
  const updated = host.functions.update(record.name, 'configuration', changeOf(input, record), 'later');
  return json(200, functionConfiguration(updated, host));
}

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
    // checkLayers lets nothing but an empty list through.
    ...(input.Layers === undefined ? {} : { layers: [] }),
    ...(input.LoggingConfig === undefined ? {} : { logging: loggingOf(input.LoggingConfig, record.name) }),
    ...(input.TracingConfig?.Mode === undefined
      ? {}
      : { tracingMode: input.TracingConfig.Mode === 'Active' ? 'Active' : 'PassThrough' }),
    ...(input.ImageConfig === undefined ? {} : { imageConfig: imageConfigOf(input.ImageConfig) }),
    extra: storedExtra(record.extra, input),
  };
}
