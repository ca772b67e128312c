/**
 * Properties of functions that are no property, but nearly one: what they were meant to set has its default, silently.
 * Only near misses are told, since AWS adds properties.
 */
import type { LoadedTemplate } from './loadTemplate.ts';
import { isNear } from './nearMiss.ts';
import type { Resource } from './scope.ts';
import { entriesOf, intrinsicOf } from './templateNode.ts';

/** Of both types. */
const SHARED = [
  'Architectures',
  'CapacityProviderConfig',
  'CodeSigningConfigArn',
  'Description',
  'DurableConfig',
  'Environment',
  'EphemeralStorage',
  'FileSystemConfigs',
  'FunctionName',
  'FunctionScalingConfig',
  'Handler',
  'ImageConfig',
  'KmsKeyArn',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'PublishToLatestPublished',
  'RecursiveLoop',
  'ReservedConcurrentExecutions',
  'Role',
  'Runtime',
  'RuntimeManagementConfig',
  'SnapStart',
  'Tags',
  'TenancyConfig',
  'Timeout',
  'VpcConfig',
] as const;

/** AWS SAM and CloudFormation references, pages of the two resource types. */
const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::Serverless::Function': [
    ...SHARED,
    'AssumeRolePolicyDocument',
    'AutoPublishAlias',
    'AutoPublishAliasAllProperties',
    'AutoPublishCodeSha256',
    'CodeUri',
    'DeadLetterQueue',
    'DeploymentPreference',
    'EventInvokeConfig',
    'Events',
    'FunctionUrlConfig',
    'ImageUri',
    'InlineCode',
    'PermissionsBoundary',
    'Policies',
    'PropagateTags',
    'ProvisionedConcurrencyConfig',
    'RolePath',
    'SourceKMSKeyArn',
    'Tracing',
    'VersionDeletionPolicy',
    'VersionDescription',
  ],
  'AWS::Lambda::Function': [...SHARED, 'Code', 'DeadLetterConfig', 'TracingConfig'],
};

/** Reports each property of a function that is one letter or two, or its case, away from a real one. */
export function checkPropertyNames(template: LoadedTemplate, { type, properties }: Resource): void {
  const known = PROPERTIES[type];
  if (known === undefined || properties === undefined || intrinsicOf(properties) !== undefined) return;
  for (const { key, keySpan } of entriesOf(properties)) {
    if (known.includes(key)) continue;
    const meant = known.find(name => isNear(key, name));
    if (meant === undefined) continue;
    const message = `"${key}" is not a property of ${type}: AWS refuses it, and it sets nothing here. Did you mean ${meant}?`;
    template.report('warning', 'unknown-property', keySpan, message);
  }
}
