import type { NewFunction } from '../functions/functionState.ts';
import { storeCode, type StoredCode } from './codeSource.ts';
import { checkDeadLetters } from './destinations.ts';
import { invalidParameter, notSupported, resourceConflict } from './errors.ts';
import { functionConfiguration } from './functionConfiguration.ts';
import { bindCodeSigningConfig, checkCodeSigningConfig } from './functionCodeSigning.ts';
import { resolveFunction } from './functionName.ts';
import {
  checkEnvironment,
  checkLimits,
  checkRuntime,
  checkSnapStart,
  checkTags,
  loggingOf,
} from './functionRules.ts';
import { attachLayers, checkTotalSize } from './layers/functionLayers.ts';
import type { InputOf, OperationHandler } from './operation.ts';
import { hasManagedInstances } from './runtimeNames.ts';
import { storedExtra } from './storedExtra.ts';

type Input = InputOf<'CreateFunction'>;

const MAX_NAME = 64;

/**
 * CreateFunction: 201 with State Pending; Active a moment later. With Publish it answers the version, with an unqualified
 * ARN (recorded).
 */
export const createFunction: OperationHandler<'CreateFunction'> = async (input, call) => {
  const { host } = call;
  const { name } = resolveFunction(input.FunctionName, undefined, host);
  if (name.length > MAX_NAME)
    throw invalidParameter(
      `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${MAX_NAME}`,
    );
  checkPackage(input);
  refuseLaterFeatures(input);
  checkSnapStart(input.SnapStart?.ApplyOn, input.Runtime);
  checkLimits({ timeout: input.Timeout, memorySize: input.MemorySize });
  checkEnvironment(input.Environment?.Variables ?? {});
  checkTags(input.Tags ?? {});
  const layers = attachLayers(input.Layers ?? [], call);
  await checkDeadLetters(input.DeadLetterConfig?.TargetArn, host);
  const logging = loggingOf(input.LoggingConfig ?? {}, name);
  if (input.CodeSigningConfigArn !== undefined)
    checkCodeSigningConfig(input.CodeSigningConfigArn, host, input.PackageType);
  if (host.functions.get(name) !== undefined) throw resourceConflict(`Function already exist: ${name}`);
  const code = await storeCode(input.Code, call);
  await checkTotalSize({ ...code, layers }, host);
  const fresh = { ...newFunction(input, name, code), layers, logging };
  const publish =
    input.Publish === true ? { layers: (await host.functions.versions.freeze(fresh)).layers } : undefined;
  const record = host.functions.create(fresh, 'later', undefined, publish);
  if (input.CodeSigningConfigArn !== undefined) bindCodeSigningConfig(name, input.CodeSigningConfigArn, host);
  const version = input.Publish === true ? host.functions.versions.current(name) : undefined;
  return functionConfiguration(version ?? record, host);
};

function newFunction(input: Input, name: string, code: StoredCode): Omit<NewFunction, 'layers' | 'logging'> {
  const image = input.ImageConfig;
  return {
    name,
    description: input.Description ?? '',
    ...(input.Runtime === undefined ? {} : { runtime: input.Runtime }),
    ...(input.Handler === undefined ? {} : { handler: input.Handler }),
    role: input.Role,
    timeout: input.Timeout ?? 3,
    memorySize: input.MemorySize ?? 128,
    ephemeralStorage: input.EphemeralStorage?.Size ?? 512,
    packageType: input.PackageType === 'Image' ? 'Image' : 'Zip',
    architecture: input.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
    environment: input.Environment?.Variables ?? {},
    tracingMode: input.TracingConfig?.Mode === 'Active' ? 'Active' : 'PassThrough',
    ...(image === undefined ? {} : { imageConfig: imageConfigOf(image) }),
    extra: storedExtra({}, input),
    tags: input.Tags ?? {},
    ...code,
  };
}

export function imageConfigOf(
  image: NonNullable<Input['ImageConfig']>,
): NonNullable<NewFunction['imageConfig']> {
  return {
    ...(image.EntryPoint === undefined ? {} : { entryPoint: image.EntryPoint }),
    ...(image.Command === undefined ? {} : { command: image.Command }),
    ...(image.WorkingDirectory === undefined ? {} : { workingDirectory: image.WorkingDirectory }),
  };
}

/** C4 and its kin for images. */
function checkPackage(input: Input): void {
  if (input.PackageType === 'Image') {
    if (input.Runtime !== undefined || input.Handler !== undefined || input.Layers !== undefined)
      throw invalidParameter(
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
      );
    if (input.Code.ImageUri === undefined)
      throw invalidParameter('Please provide ImageUri when creating a function with packageType Image.');
    return;
  }
  if (input.Runtime === undefined || input.Handler === undefined)
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  if (input.Code.ImageUri !== undefined)
    throw invalidParameter("Please don't provide ImageUri when creating a function with packageType Zip.");
  checkRuntime(input.Runtime);
}

function refuseLaterFeatures(input: Input): void {
  if (input.PublishTo !== undefined) throw notSupported('CreateFunction with PublishTo');
  if (input.CapacityProviderConfig !== undefined) {
    if (input.Runtime !== undefined && !hasManagedInstances(input.Runtime))
      throw invalidParameter(
        `Runtime Enum ${input.Runtime} does not support specified feature: Lambda Managed Instances`,
      );
    throw notSupported('CreateFunction with CapacityProviderConfig');
  }
  if (input.DurableConfig !== undefined) throw notSupported('CreateFunction with DurableConfig');
  if (input.RuntimeConfig !== undefined) throw notSupported('CreateFunction with RuntimeConfig');
  if (input.AcceleratorConfig !== undefined) throw notSupported('CreateFunction with AcceleratorConfig');
  if (input.TenancyConfig !== undefined) throw notSupported('CreateFunction with TenancyConfig');
}
