/** A mapping's configuration: what is given, what each kind of source has otherwise, and what an update leaves (spec/lambda-service.md §8.1). */
import type { MappingConfig, SourceKind } from '../../functions/eventSourceMappings.ts';
import { isKafka, isStream, type CreateInput, type UpdateInput } from './source.ts';

/** Defaults of AWS's, as it shows them in answers. */
function defaultsOf(kind: SourceKind): MappingConfig {
  if (kind === 'sqs') return { BatchSize: 10, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: [] };
  if (isStream(kind))
    return {
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 1,
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: -1,
      BisectBatchOnFunctionError: false,
      TumblingWindowInSeconds: 0,
      DestinationConfig: { OnFailure: {} },
      FunctionResponseTypes: [],
    };
  if (isKafka(kind))
    return { BatchSize: 100, StartingPosition: 'TRIM_HORIZON', DestinationConfig: { OnFailure: {} } };
  return kind === 'documentdb' ? { BatchSize: 100, StartingPosition: 'LATEST' } : { BatchSize: 100 };
}

/** Members that a later update does not have. */
const FIXED = ['EventSourceArn', 'SelfManagedEventSource', 'StartingPosition', 'Topics', 'Queues'] as const;
const CHANGEABLE = [
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'ParallelizationFactor',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'MaximumRetryAttempts',
  'TumblingWindowInSeconds',
  'FilterCriteria',
  'KMSKeyArn',
  'MetricsConfig',
  'LoggingConfig',
  'ScalingConfig',
  'DestinationConfig',
  'SourceAccessConfigurations',
  'FunctionResponseTypes',
  'AmazonManagedKafkaEventSourceConfig',
  'SelfManagedKafkaEventSourceConfig',
  'DocumentDBEventSourceConfig',
  'ProvisionedPollerConfig',
] as const;
/** An empty one takes the setting away (recorded). */
const CLEARED_BY_NOTHING = [
  'FilterCriteria',
  'KMSKeyArn',
  'ProvisionedPollerConfig',
  'ScalingConfig',
] as const;

export function newConfig(kind: SourceKind, input: CreateInput): MappingConfig {
  const { StartingPositionTimestamp: from } = input;
  return cleared({
    ...defaultsOf(kind),
    ...given(input, FIXED),
    ...(from === undefined ? {} : { StartingPositionTimestamp: from.getTime() / 1000 }),
    ...given(input, CHANGEABLE),
  });
}

/** What is not given stays as it was. */
export const updatedConfig = (before: MappingConfig, input: UpdateInput): MappingConfig =>
  cleared({ ...before, ...given(input, CHANGEABLE) });

function given<Input extends object, Key extends keyof Input>(
  input: Input,
  keys: readonly Key[],
): Partial<Pick<Input, Key>> {
  const kept = keys.filter(key => input[key] !== undefined).map(key => [key, input[key]] as const);
  return Object.fromEntries(kept) as Partial<Pick<Input, Key>>;
}

function cleared(config: MappingConfig): MappingConfig {
  const gone = CLEARED_BY_NOTHING.filter(name => isNothing(config[name]));
  return Object.fromEntries(
    Object.entries(config).filter(([name]) => !gone.some(one => one === name)),
  ) as unknown as MappingConfig;
}

/** `{}`, `{"Filters":[]}`, the empty text. */
const isNothing = (value: unknown): boolean =>
  value === '' ||
  (typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(member => Array.isArray(member) && member.length === 0));
