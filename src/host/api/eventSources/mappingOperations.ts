/** The operations on event source mappings (spec/lambda-service.md §8.1; rows 30–51, 98, 124, 282, 283, C14–C26). */
import {
  isSettled,
  mappedFunction,
  type EventSourceMapping,
  type MappingConfig,
  type SourceKind,
} from '../../functions/eventSourceMappings.ts';
import type { FunctionRecord } from '../../functions/functionRecord.ts';
import type { LambdaServiceOptions } from '../call.ts';
import { checkDiscardDestination } from '../destinations.ts';
import { invalidParameter, noSuchResource, resourceConflict, resourceInUse } from '../errors.ts';
import { resolveFunction, type FunctionReference } from '../functionName.ts';
import { checkTags } from '../functionRules.ts';
import type { OperationHandler, OperationHandlers } from '../operation.ts';
import { makePage, pageAsked } from '../paging.ts';
import { newConfig, updatedConfig } from './mappingConfig.ts';
import { checkConfig, checkStart, checkVisibility, sourceMissing } from './mappingRules.ts';
import { checkParameters, checkRequired, isKafka, isStream, sourceKind } from './source.ts';

function shown(mapping: EventSourceMapping, host: LambdaServiceOptions) {
  const { config, kind } = mapping;
  const { StartingPositionTimestamp: from, ...members } = config;
  return {
    UUID: mapping.uuid,
    ...members,
    ...(from === undefined ? {} : { StartingPositionTimestamp: new Date(from * 1000) }),
    FunctionArn: mappedFunction(mapping, host),
    LastModified: new Date(mapping.lastModified),
    ...(isStream(kind) ? { LastProcessingResult: 'No records processed' } : {}),
    State: mapping.state,
    StateTransitionReason: kind === 'sqs' ? 'USER_INITIATED' : 'User action',
    EventSourceMappingArn: host.eventSourceMappings.arn(mapping.uuid),
  };
}

function requireMapped(reference: FunctionReference, host: LambdaServiceOptions): FunctionRecord {
  const record = host.functions.get(reference.name, reference.qualifier);
  if (record === undefined) throw invalidParameter('Function does not exist');
  return record;
}

/** Of streams and Kafka alone, and of an update only where it names one. */
const checkFailures = (
  kind: SourceKind,
  { DestinationConfig }: Pick<MappingConfig, 'DestinationConfig'>,
  host: LambdaServiceOptions,
): Promise<void> => checkDiscardDestination(DestinationConfig?.OnFailure?.Destination, isKafka(kind), host);

/** Row 42–44, C14. */
async function checkSource(
  kind: SourceKind,
  config: MappingConfig,
  record: FunctionRecord,
  host: LambdaServiceOptions,
): Promise<void> {
  const arn = config.EventSourceArn;
  if (arn === undefined) return;
  const found = await host.lookup.find(arn);
  if (found === 'missing') throw sourceMissing(kind, arn);
  if (found !== 'unknown' && kind === 'sqs') checkVisibility(found, record);
}

/** What a mapping reads from; of self-managed clusters each of their addresses. */
const sourcesOf = (config: MappingConfig): readonly string[] =>
  config.EventSourceArn === undefined
    ? (config.SelfManagedEventSource?.Endpoints?.['KAFKA_BOOTSTRAP_SERVERS'] ?? [])
    : [config.EventSourceArn];

/** One source and one function, with its qualifier, have one mapping: rows 46–50. */
function checkUnique(
  wanted: Pick<EventSourceMapping, 'config' | 'kind'>,
  reference: FunctionReference,
  host: LambdaServiceOptions,
): void {
  const { config, kind } = wanted;
  const sources = sourcesOf(config);
  const other = host.eventSourceMappings
    .list()
    .find(
      mapping =>
        mapping.functionName === reference.name &&
        mapping.qualifier === reference.qualifier &&
        sourcesOf(mapping.config).some(source => sources.includes(source)),
    );
  if (other === undefined) return;
  const name = reference.name + (reference.qualifier === undefined ? '' : `:${reference.qualifier}`);
  const advice = `already exists. Please update or delete the existing mapping with UUID ${other.uuid}`;
  if (kind === 'sqs')
    throw resourceConflict(
      `An event source mapping with SQS arn (" ${sources.join(',')} ") and function (" ${name} ") ${advice}`,
    );
  if (config.Topics !== undefined)
    throw resourceConflict(
      `An event source mapping with event source ("${sources.join(',')}"), function ("${mappedFunction(other, host)}"), topics ("${config.Topics.join(',')}") ${advice}`,
    );
  throw resourceConflict(
    `The event source arn (" ${sources.join(',')} ") and function (" ${name} ") provided mapping ${advice}`,
  );
}

const create: OperationHandler<'CreateEventSourceMapping'> = async (input, { host }) => {
  const kind = sourceKind(input);
  checkRequired(kind, input);
  checkStart(kind, input, host.clock.serviceNow());
  checkParameters(kind, input);
  const config = newConfig(kind, input);
  checkConfig(kind, config);
  const tags = input.Tags ?? {};
  checkTags(tags);
  const reference = resolveFunction(input.FunctionName, undefined, host);
  const record = requireMapped(reference, host);
  await checkSource(kind, config, record, host);
  await checkFailures(kind, config, host);
  // Looked up meanwhile: the function, and what else maps the source, may be others now.
  requireMapped(reference, host);
  checkUnique({ config, kind }, reference, host);
  const mapping = host.eventSourceMappings.create(
    { kind, functionName: reference.name, ...qualifierOf(reference), config, tags },
    input.Enabled ?? true,
  );
  return shown(mapping, host);
};

const qualifierOf = ({ qualifier }: FunctionReference) => (qualifier === undefined ? {} : { qualifier });

function requireMapping(uuid: string, host: LambdaServiceOptions): EventSourceMapping {
  const mapping = host.eventSourceMappings.get(uuid);
  if (mapping === undefined) throw noSuchResource();
  return mapping;
}

const get: OperationHandler<'GetEventSourceMapping'> = (input, { host }) =>
  shown(requireMapping(input.UUID, host), host);

/** AWS gives up to 100 of these at once. */
const PAGE = 100;

const list: OperationHandler<'ListEventSourceMappings'> = (input, { host }) => {
  const wanted =
    input.FunctionName === undefined ? undefined : resolveFunction(input.FunctionName, undefined, host);
  const all = host.eventSourceMappings
    .list()
    .filter(
      mapping =>
        (input.EventSourceArn === undefined || mapping.config.EventSourceArn === input.EventSourceArn) &&
        (wanted === undefined ||
          (mapping.functionName === wanted.name && mapping.qualifier === wanted.qualifier)),
    );
  const page = makePage(all, ({ uuid }) => uuid, pageAsked(input, PAGE));
  return {
    NextMarker: page.nextMarker,
    EventSourceMappings: page.items.map(mapping => shown(mapping, host)),
  };
};

/** One that nothing is going on with: C16. */
function requireSettled(uuid: string, what: string, host: LambdaServiceOptions): EventSourceMapping {
  const mapping = requireMapping(uuid, host);
  if (!isSettled(mapping))
    throw resourceInUse(`Cannot ${what} the event source mapping because it is in use.`);
  return mapping;
}

const update: OperationHandler<'UpdateEventSourceMapping'> = async (input, { host }) => {
  const before = requireSettled(input.UUID, 'update', host);
  const { kind } = before;
  checkParameters(kind, input);
  checkConfig(kind, updatedConfig(before.config, input));
  const reference =
    input.FunctionName === undefined ? undefined : resolveFunction(input.FunctionName, undefined, host);
  if (reference !== undefined) await checkSource(kind, before.config, requireMapped(reference, host), host);
  await checkFailures(kind, input, host);
  // Looked up meanwhile: somebody else may have changed it.
  const { config, uuid } = requireSettled(input.UUID, 'update', host);
  const next = updatedConfig(config, input);
  checkConfig(kind, next);
  if (reference === undefined)
    return shown(host.eventSourceMappings.update(uuid, { config: next }, input.Enabled), host);
  requireMapped(reference, host);
  if (reference.name !== before.functionName || reference.qualifier !== before.qualifier)
    checkUnique({ config: next, kind }, reference, host);
  const change = { config: next, functionName: reference.name, ...qualifierOf(reference) };
  return shown(host.eventSourceMappings.update(uuid, change, input.Enabled), host);
};

const remove: OperationHandler<'DeleteEventSourceMapping'> = (input, { host }) =>
  shown(host.eventSourceMappings.delete(requireSettled(input.UUID, 'delete', host).uuid), host);

export const mappingOperations: OperationHandlers = {
  CreateEventSourceMapping: create,
  GetEventSourceMapping: get,
  ListEventSourceMappings: list,
  UpdateEventSourceMapping: update,
  DeleteEventSourceMapping: remove,
};
