/**
 * Properties of functions that are no property, but nearly one: what they were meant to set has its default, silently.
 * Only near misses are told, since AWS adds properties.
 */
import type { LoadedTemplate } from './loadTemplate.ts';
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

function isNear(written: string, name: string): boolean {
  const [a, b] = [written, name].map(text => text.replaceAll(/[_-]/g, '').toLowerCase());
  if (a === undefined || b === undefined || a === b) return true;
  return distance(a, b) <= (b.length < 6 ? 1 : 2);
}

/** Letters put in, left out, changed or swapped with a neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let twoBefore: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (twoBefore[j - 2] ?? 0) + 1);
      row.push(least);
    }
    twoBefore = before;
    before = row;
  }
  return before[b.length] ?? 0;
}
