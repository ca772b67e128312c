/** What kind of source a mapping has, and which parameters that kind takes (spec/lambda-service.md §8; rows 30, 40, 41, C25). */
import { parseArn } from '../../delivery/resourceArn.ts';
import type { MappingConfig, SourceKind } from '../../functions/eventSourceMappings.ts';
import { invalidParameter } from '../errors.ts';
import type { InputOf } from '../operation.ts';
import { memberPath } from '../shapes/validate.ts';

export type CreateInput = InputOf<'CreateEventSourceMapping'>;
export type UpdateInput = InputOf<'UpdateEventSourceMapping'>;

/** Throws InvalidParameterValueException for no source, two, or one that Lambda does not read from. */
export function sourceKind(input: CreateInput): SourceKind {
  const { EventSourceArn, SelfManagedEventSource } = input;
  if (SelfManagedEventSource !== undefined) {
    if (EventSourceArn !== undefined) throw unsupportedParameter('SelfManagedEventSource');
    return 'self-managed-kafka';
  }
  const kind = EventSourceArn === undefined ? undefined : kindOfArn(EventSourceArn);
  if (kind === undefined) throw invalidParameter('Unrecognized event source.');
  return kind;
}

function kindOfArn(text: string): SourceKind | undefined {
  const arn = parseArn(text);
  switch (arn?.service) {
    case 'sqs':
    case 'kinesis':
      return arn.service;
    case 'dynamodb':
      return arn.resource.includes('/stream/') ? 'dynamodb' : undefined;
    case 'kafka':
      return arn.resource.startsWith('cluster/') ? 'kafka' : undefined;
    case 'mq':
      return arn.resource.startsWith('broker:') ? 'mq' : undefined;
    case 'rds':
      return arn.resource.startsWith('cluster:') ? 'documentdb' : undefined;
    default:
      return undefined;
  }
}

export const isFifo = (config: Pick<MappingConfig, 'EventSourceArn'>): boolean =>
  config.EventSourceArn?.endsWith('.fifo') === true;

const STREAMS: readonly SourceKind[] = ['kinesis', 'dynamodb'];
const KAFKAS: readonly SourceKind[] = ['kafka', 'self-managed-kafka'];

export const isStream = (kind: SourceKind): boolean => STREAMS.includes(kind);
export const isKafka = (kind: SourceKind): boolean => KAFKAS.includes(kind);

/** What only some sources have; everything else is for all. */
const TAKEN_BY: { readonly [Key in keyof MappingConfig]?: readonly SourceKind[] } = {
  ParallelizationFactor: STREAMS,
  TumblingWindowInSeconds: STREAMS,
  MaximumRecordAgeInSeconds: [...STREAMS, ...KAFKAS],
  BisectBatchOnFunctionError: [...STREAMS, ...KAFKAS],
  MaximumRetryAttempts: [...STREAMS, ...KAFKAS],
  StartingPosition: [...STREAMS, ...KAFKAS, 'documentdb'],
  StartingPositionTimestamp: ['kinesis', ...KAFKAS, 'documentdb'],
  FilterCriteria: ['sqs', ...STREAMS, ...KAFKAS, 'mq'],
  ScalingConfig: ['sqs'],
  FunctionResponseTypes: ['sqs', ...STREAMS, ...KAFKAS],
  Topics: KAFKAS,
  Queues: ['mq'],
  SourceAccessConfigurations: [...KAFKAS, 'mq', 'documentdb'],
  AmazonManagedKafkaEventSourceConfig: ['kafka'],
  SelfManagedKafkaEventSourceConfig: ['self-managed-kafka'],
  DocumentDBEventSourceConfig: ['documentdb'],
  ProvisionedPollerConfig: ['sqs', ...KAFKAS],
  LoggingConfig: KAFKAS,
};

/** Throws InvalidParameterValueException for what this kind of source does not take. */
export function checkParameters(kind: SourceKind, input: CreateInput | UpdateInput): void {
  const { DestinationConfig: destinations } = input;
  // Recorded without quotes and with a capital letter, unlike the others.
  if (
    isGiven(destinations?.OnSuccess) ||
    (isGiven(destinations?.OnFailure) && !isStream(kind) && !isKafka(kind))
  )
    throw invalidParameter('Unsupported DestinationConfig parameter for given event source mapping type.');
  for (const [name, value] of Object.entries(input)) {
    const kinds = TAKEN_BY[name as keyof MappingConfig];
    if (kinds === undefined || kinds.includes(kind) || !isGiven(value)) continue;
    if (name === 'StartingPosition' && kind === 'sqs')
      throw invalidParameter('StartingPosition is not valid for SQS event sources.');
    throw unsupportedParameter(name);
  }
}

/** Clients send empty lists and objects for what they do not set. */
const isGiven = (value: unknown): boolean =>
  value !== undefined && (typeof value !== 'object' || value === null || Object.keys(value).length > 0);

const unsupportedParameter = (name: string): Error =>
  invalidParameter(`Unsupported '${memberPath(name)}' parameter for given event source mapping type.`);

/** Throws InvalidParameterValueException for what this kind of source can't do without. */
export function checkRequired(kind: SourceKind, input: CreateInput): void {
  const required: readonly (keyof CreateInput)[] = isKafka(kind)
    ? kind === 'self-managed-kafka'
      ? ['Topics', 'SourceAccessConfigurations']
      : ['Topics']
    : kind === 'mq'
      ? ['Queues', 'SourceAccessConfigurations']
      : kind === 'documentdb'
        ? ['SourceAccessConfigurations', 'DocumentDBEventSourceConfig']
        : [];
  for (const name of required)
    if (!isGiven(input[name])) throw invalidParameter(`Required '${memberPath(name)}' parameter is missing.`);
}
