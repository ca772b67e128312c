/**
 * A function's configuration as what can be edited of it, in UpdateFunctionConfiguration's own shape: what one compares
 * between two versions, edits as a document and applies (spec/lambda-service.md §2.3).
 */
import { functionPath, getFunctionConfiguration } from './functions.ts';
import type { FunctionConfiguration } from './functions.ts';
import type { HostClient } from './hostClient.ts';

/** Members of UpdateFunctionConfiguration, in the order in which they are shown. */
export const settingNames = [
  'Description',
  'Runtime',
  'Handler',
  'Role',
  'MemorySize',
  'Timeout',
  'EphemeralStorage',
  'Environment',
  'Layers',
  'TracingConfig',
  'LoggingConfig',
  'DeadLetterConfig',
  'VpcConfig',
  'FileSystemConfigs',
  'ImageConfig',
  'KMSKeyArn',
  'SnapStart',
] as const;

export type SettingName = (typeof settingNames)[number];

/** Values are JSON as the API has them; what the function does not have is absent. */
export type FunctionSettings = Readonly<Partial<Record<SettingName, unknown>>>;

/** What empties a setting; those that are not here always have a value. */
const emptied: FunctionSettings = {
  Description: '',
  Environment: { Variables: {} },
  Layers: [],
  DeadLetterConfig: { TargetArn: '' },
  VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
  FileSystemConfigs: [],
  ImageConfig: {},
  KMSKeyArn: '',
};

/** What can be edited of a configuration as GetFunctionConfiguration answers it. */
export function settingsOf(configuration: FunctionConfiguration): FunctionSettings {
  const isImage = configuration.PackageType === 'Image';
  const { SubnetIds = [], SecurityGroupIds = [], Ipv6AllowedForDualStack } = configuration.VpcConfig ?? {};
  const all: FunctionSettings = {
    Description: configuration.Description ?? '',
    Runtime: configuration.Runtime,
    Handler: configuration.Handler,
    Role: configuration.Role,
    MemorySize: configuration.MemorySize,
    Timeout: configuration.Timeout,
    EphemeralStorage: configuration.EphemeralStorage,
    Environment: { Variables: configuration.Environment?.Variables ?? {} },
    // An image brings what it needs.
    Layers: isImage ? undefined : (configuration.Layers ?? []).map(({ Arn }) => Arn),
    TracingConfig: configuration.TracingConfig,
    LoggingConfig: configuration.LoggingConfig,
    DeadLetterConfig: configuration.DeadLetterConfig,
    VpcConfig:
      SubnetIds.length + SecurityGroupIds.length === 0
        ? undefined
        : {
            SubnetIds,
            SecurityGroupIds,
            ...(Ipv6AllowedForDualStack === undefined ? {} : { Ipv6AllowedForDualStack }),
          },
    FileSystemConfigs: configuration.FileSystemConfigs,
    ImageConfig: configuration.ImageConfigResponse?.ImageConfig,
    KMSKeyArn: configuration.KMSKeyArn,
    SnapStart:
      configuration.SnapStart?.ApplyOn === undefined || configuration.SnapStart.ApplyOn === 'None'
        ? undefined
        : { ApplyOn: configuration.SnapStart.ApplyOn },
  };
  return Object.fromEntries(
    settingNames.flatMap(name => (all[name] === undefined ? [] : [[name, plain(all[name])]])),
  );
}

/** Without members that are null or absent: AWS writes both for what there is none of. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, member: unknown) => (member === null ? undefined : member)));

export interface SettingChange {
  readonly name: SettingName;
  readonly before: unknown;
  /** Absent where it was taken away. */
  readonly after: unknown;
}

/** What differs, in the order of {@link settingNames}; the order of members within an object counts for nothing. */
export function settingChanges(before: FunctionSettings, after: FunctionSettings): readonly SettingChange[] {
  return settingNames.flatMap(name =>
    canonical(before[name]) === canonical(after[name])
      ? []
      : [{ name, before: before[name], after: after[name] }],
  );
}

const canonical = (value: unknown): string =>
  // What is absent has no JSON at all, which a null has.
  value === undefined
    ? ''
    : JSON.stringify(value, (_key, member: unknown) =>
        typeof member === 'object' && member !== null && !Array.isArray(member)
          ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
          : member,
      );

/**
 * The members of an update that makes the changes: what was taken away is emptied. `kept`: taken away too, and not
 * possible, since Lambda always has a value for it.
 */
export function updateMembers(changes: readonly SettingChange[]): {
  readonly members: FunctionSettings;
  readonly kept: readonly SettingName[];
} {
  const members: Partial<Record<SettingName, unknown>> = {};
  const kept: SettingName[] = [];
  for (const { name, after } of changes) {
    const value = after ?? (name === 'SnapStart' ? { ApplyOn: 'None' } : emptied[name]);
    if (value === undefined) kept.push(name);
    else members[name] = value;
  }
  return { members, kept };
}

/**
 * Resolves when no update of the function is under way any more: until then Lambda refuses the next one. Asks again and
 * again, as the waiter of an SDK does.
 */
export async function untilUpdated(
  client: HostClient,
  functionName: string,
  signal?: AbortSignal,
): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    signal?.throwIfAborted();
    const { LastUpdateStatus, State } = await getFunctionConfiguration(client, functionName);
    if (LastUpdateStatus !== 'InProgress' && State !== 'Pending') return;
    await new Promise(resolve => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

const ASK_AGAIN_MS = 50;
const MOST_TRIES = 400;

/**
 * UpdateFunctionConfiguration; what is absent of `members` stays. Rejects with AwsCallError: PreconditionFailedException
 * where `revisionId` is not the current one, ResourceConflictException while another update is under way.
 */
export async function updateConfiguration(
  client: HostClient,
  functionName: string,
  members: FunctionSettings,
  revisionId?: string,
): Promise<FunctionConfiguration> {
  return (await client.lambda('PUT', `${functionPath(functionName)}/configuration`, {
    body: { ...members, ...(revisionId === undefined ? {} : { RevisionId: revisionId }) },
  })) as FunctionConfiguration;
}
