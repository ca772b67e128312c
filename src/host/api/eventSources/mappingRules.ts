/** What a mapping's configuration may be (spec/lambda-service.md §8.1; rows 31–38, 45, 282, C14, C17, C18, C21, C22, C24). */
import type { FoundResource } from '../../delivery/lookup.ts';
import type { MappingConfig, SourceKind } from '../../functions/eventSourceMappings.ts';
import { isFilterPattern } from '../../functions/filterPattern.ts';
import type { FunctionRecord } from '../../functions/functionRecord.ts';
import { invalidParameter } from '../errors.ts';
import { isFifo, isStream, type CreateInput } from './source.ts';

/** Where reading begins: only asked when a mapping is made. */
export function checkStart(kind: SourceKind, input: CreateInput, now: number): void {
  const { StartingPosition: position, StartingPositionTimestamp: from } = input;
  // With a final dot, unlike the model's own (recorded).
  if (isStream(kind) && position === undefined)
    throw invalidParameter(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  if (position !== 'AT_TIMESTAMP') return;
  if (kind === 'dynamodb')
    throw invalidParameter(`Unsupported starting position for arn type: ${input.EventSourceArn ?? ''}`);
  if (from === undefined) throw invalidParameter('Need to specify a timestamp');
  if (from.getTime() > now) throw invalidParameter('StartingPositionTimestamp cannot be in the future.');
}

export function checkConfig(kind: SourceKind, config: MappingConfig): void {
  if (kind === 'sqs') checkQueue(config);
  checkPatterns(config);
  const age = config.MaximumRecordAgeInSeconds ?? -1;
  if (age !== -1 && age < 60)
    throw invalidParameter(
      'MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)',
    );
  checkTumblingWindow(config);
}

function checkQueue(config: MappingConfig): void {
  const window = config.MaximumBatchingWindowInSeconds ?? 0;
  if (isFifo(config) && window > 0)
    throw invalidParameter('Batching window is not supported for FIFO queues');
  if (config.BatchSize > 10 && window === 0)
    throw invalidParameter(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  const pollers = config.ProvisionedPollerConfig;
  if (pollers === undefined) return;
  if (config.ScalingConfig?.MaximumConcurrency !== undefined)
    throw invalidParameter(
      'Provisioned mode for SQS ESM does not support maximum concurrency feature. Use MaximumPollers as the control mechanism and remove maximum concurrency.',
    );
  const least = pollers.MinimumPollers ?? 2;
  const most = pollers.MaximumPollers ?? Math.max(200, least);
  if (least < 2 || least > 200 || most < least || most > 10_000)
    throw invalidParameter(
      'MinimumPollers should be between [2, 200] and MaximumPollers should be between [MinimumPollers, 10000]',
    );
}

/** Quota of a mapping; more on request. */
const MAX_FILTERS = 5;

function checkPatterns({ FilterCriteria }: MappingConfig): void {
  const filters = FilterCriteria?.Filters ?? [];
  if (filters.some(({ Pattern }) => Pattern === undefined || !isFilterPattern(Pattern)))
    throw invalidParameter('Invalid filter pattern definition.');
  if (filters.length > MAX_FILTERS)
    throw invalidParameter(`An event source mapping can have up to ${MAX_FILTERS} filters.`);
}

/** AWS refuses both; its words were not recorded. */
function checkTumblingWindow(config: MappingConfig): void {
  if ((config.TumblingWindowInSeconds ?? 0) === 0) return;
  if ((config.ParallelizationFactor ?? 1) > 1)
    throw invalidParameter(
      'TumblingWindowInSeconds is not supported with ParallelizationFactor greater than 1.',
    );
  if (config.FilterCriteria !== undefined)
    throw invalidParameter('TumblingWindowInSeconds is not supported with FilterCriteria.');
}

/** C14: a message would come again while its function still runs. */
export function checkVisibility(queue: FoundResource, { timeout }: FunctionRecord): void {
  const { visibilityTimeout } = queue;
  if (visibilityTimeout !== undefined && visibilityTimeout < timeout)
    throw invalidParameter(
      `Queue visibility timeout: ${visibilityTimeout} seconds is less than Function timeout: ${timeout} seconds`,
    );
}

/** Rows 42–44. */
export const sourceMissing = (kind: SourceKind, arn: string): Error =>
  kind === 'sqs'
    ? invalidParameter(
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
      )
    : invalidParameter(`Stream not found: ${arn}`);
