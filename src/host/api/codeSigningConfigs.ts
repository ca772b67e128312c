/** Code signing configurations by themselves (spec/lambda-service.md §10.4; rows 97, 123, 198, 280, 281). */
import { functionArn } from '../functions/arn.ts';
import {
  codeSigningConfigArn,
  newCodeSigningConfigId,
  type CodeSigningConfig,
} from '../functions/codeSigningConfigs.ts';
import { lambdaDate } from '../functions/functionSummary.ts';
import { AwsError } from '../../protocol/awsError.ts';
import type { LambdaServiceOptions } from './call.ts';
import { resourceConflict } from './errors.ts';
import { checkTags } from './functionRules.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';
import { makePage, pageAsked } from './paging.ts';

/** Undefined for an ARN of nothing that is here. */
export function findCodeSigningConfig(
  arn: string,
  host: LambdaServiceOptions,
): CodeSigningConfig | undefined {
  const config = host.codeSigningConfigs.get(arn.slice(arn.lastIndexOf(':') + 1));
  return config !== undefined && codeSigningConfigArn(host, config.id) === arn ? config : undefined;
}

function requireConfig(arn: string, host: LambdaServiceOptions): CodeSigningConfig {
  const config = findCodeSigningConfig(arn, host);
  if (config !== undefined) return config;
  throw new AwsError(
    'ResourceNotFoundException',
    404,
    `The Lambda code signing configuration ${arn} can not be found.`,
    { type: undefined, messageKey: 'Message' },
  );
}

const shown = (config: CodeSigningConfig, host: LambdaServiceOptions) => ({
  CodeSigningConfigId: config.id,
  CodeSigningConfigArn: codeSigningConfigArn(host, config.id),
  Description: config.description,
  AllowedPublishers: { SigningProfileVersionArns: config.signingProfileVersions },
  CodeSigningPolicies: { UntrustedArtifactOnDeployment: config.untrustedArtifactOnDeployment },
  LastModified: lambdaDate(config.lastModified),
});

const create: OperationHandler<'CreateCodeSigningConfig'> = (input, { host }) => {
  const tags = input.Tags ?? {};
  checkTags(tags);
  const config: CodeSigningConfig = {
    id: newCodeSigningConfigId(),
    description: input.Description ?? '',
    signingProfileVersions: input.AllowedPublishers.SigningProfileVersionArns,
    untrustedArtifactOnDeployment: input.CodeSigningPolicies?.UntrustedArtifactOnDeployment ?? 'Warn',
    lastModified: host.clock.serviceNow(),
    tags,
  };
  host.codeSigningConfigs.put(config.id, config);
  return { CodeSigningConfig: shown(config, host) };
};

const get: OperationHandler<'GetCodeSigningConfig'> = (input, { host }) => ({
  CodeSigningConfig: shown(requireConfig(input.CodeSigningConfigArn, host), host),
});

const list: OperationHandler<'ListCodeSigningConfigs'> = (input, { host }) => {
  const page = makePage(host.codeSigningConfigs.list(), ({ id }) => id, pageAsked(input));
  return { NextMarker: page.nextMarker, CodeSigningConfigs: page.items.map(config => shown(config, host)) };
};

const update: OperationHandler<'UpdateCodeSigningConfig'> = (input, { host }) => {
  const before = requireConfig(input.CodeSigningConfigArn, host);
  const policy = input.CodeSigningPolicies?.UntrustedArtifactOnDeployment;
  const config: CodeSigningConfig = {
    ...before,
    description: input.Description ?? before.description,
    signingProfileVersions:
      input.AllowedPublishers?.SigningProfileVersionArns ?? before.signingProfileVersions,
    untrustedArtifactOnDeployment: policy ?? before.untrustedArtifactOnDeployment,
    lastModified: host.clock.serviceNow(),
  };
  host.codeSigningConfigs.put(config.id, config);
  return { CodeSigningConfig: shown(config, host) };
};

const remove: OperationHandler<'DeleteCodeSigningConfig'> = (input, { host }) => {
  const { id } = requireConfig(input.CodeSigningConfigArn, host);
  // The text is not AWS's: none was recorded.
  if (usersOf(input.CodeSigningConfigArn, host).length > 0)
    throw resourceConflict(
      `The code signing configuration ${input.CodeSigningConfigArn} is used by functions. Remove it from them first.`,
    );
  host.codeSigningConfigs.delete(id);
};

/** Names of the functions that refer to it, in order. */
const usersOf = (arn: string, { functions }: LambdaServiceOptions): readonly string[] =>
  functions.settings
    .of<string>('code-signing')
    .list()
    .filter(({ value }) => value === arn)
    .map(({ functionName }) => functionName);

const listFunctions: OperationHandler<'ListFunctionsByCodeSigningConfig'> = (input, { host }) => {
  requireConfig(input.CodeSigningConfigArn, host);
  const page = makePage(usersOf(input.CodeSigningConfigArn, host), name => name, pageAsked(input));
  return { NextMarker: page.nextMarker, FunctionArns: page.items.map(name => functionArn(host, name)) };
};

export const codeSigningConfigOperations: OperationHandlers = {
  CreateCodeSigningConfig: create,
  GetCodeSigningConfig: get,
  ListCodeSigningConfigs: list,
  UpdateCodeSigningConfig: update,
  DeleteCodeSigningConfig: remove,
  ListFunctionsByCodeSigningConfig: listFunctions,
};
