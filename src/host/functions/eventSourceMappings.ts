/**
 * Event source mappings and their states (spec/lambda-service.md §8.1). They name their function and outlive it. Nothing
 * polls yet: a mapping that is Enabled waits for the room that does.
 */
import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../clock.ts';
import type { Database } from '../state/database.ts';
import { functionArn, type ArnScope } from './arn.ts';
import { TRANSITION_MS } from './functionState.ts';
import { createRecordTable } from './recordTable.ts';

/** What a mapping reads from. */
export type SourceKind =
  'documentdb' | 'dynamodb' | 'kafka' | 'kinesis' | 'mq' | 'self-managed-kafka' | 'sqs';

export type MappingState =
  'Creating' | 'Deleting' | 'Disabled' | 'Disabling' | 'Enabled' | 'Enabling' | 'Updating';

/** What is read and how, in AWS's own member names; times are epoch seconds. */
export interface MappingConfig {
  readonly EventSourceArn?: string;
  readonly SelfManagedEventSource?: { readonly Endpoints?: Readonly<Record<string, readonly string[]>> };
  readonly StartingPosition?: 'AT_TIMESTAMP' | 'LATEST' | 'TRIM_HORIZON';
  readonly StartingPositionTimestamp?: number;
  readonly BatchSize: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly ParallelizationFactor?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly MaximumRetryAttempts?: number;
  readonly TumblingWindowInSeconds?: number;
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern?: string }[] };
  readonly KMSKeyArn?: string;
  readonly MetricsConfig?: { readonly Metrics?: readonly string[] };
  readonly LoggingConfig?: { readonly SystemLogLevel?: string };
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: string } };
  readonly Topics?: readonly string[];
  readonly Queues?: readonly string[];
  readonly SourceAccessConfigurations?: readonly { readonly Type?: string; readonly URI?: string }[];
  readonly FunctionResponseTypes?: readonly string[];
  readonly AmazonManagedKafkaEventSourceConfig?: object;
  readonly SelfManagedKafkaEventSourceConfig?: object;
  readonly DocumentDBEventSourceConfig?: object;
  readonly ProvisionedPollerConfig?: {
    readonly MinimumPollers?: number;
    readonly MaximumPollers?: number;
    readonly PollerGroupName?: string;
  };
}

export interface EventSourceMapping {
  readonly uuid: string;
  readonly kind: SourceKind;
  readonly functionName: string;
  /** As it was given, `$LATEST` included. */
  readonly qualifier?: string;
  readonly config: MappingConfig;
  readonly state: MappingState;
  /** Epoch milliseconds, service time. */
  readonly lastModified: number;
  readonly tags: Readonly<Record<string, string>>;
}

export type MappingChange = Partial<Pick<EventSourceMapping, 'config' | 'functionName' | 'qualifier'>>;

export interface EventSourceMappings {
  get(uuid: string): EventSourceMapping | undefined;
  /** By UUID. */
  list(): readonly EventSourceMapping[];
  arn(uuid: string): string;
  /** Creating, then Enabled or Disabled; a queue's that is made disabled is Disabled at once (recorded). */
  create(
    fresh: Omit<EventSourceMapping, 'lastModified' | 'state' | 'uuid'>,
    enabled: boolean,
  ): EventSourceMapping;
  /**
   * Updating, Enabling or Disabling for a moment; what is Disabled and stays so is changed at once. Where `qualifier` is
   * absent beside a `functionName` there is none any more. The mapping must exist, in no transition.
   */
  update(uuid: string, change: MappingChange, enabled: boolean | undefined): EventSourceMapping;
  /** Deleting, then gone. The mapping must exist. */
  delete(uuid: string): EventSourceMapping;
  tag(uuid: string, tags: Readonly<Record<string, string>>): void;
  /** Told after each change of a mapping, and after it is gone. */
  onChange(listener: (uuid: string) => void): () => void;
  close(): void;
}

export const isSettled = ({ state }: EventSourceMapping): boolean =>
  state === 'Enabled' || state === 'Disabled';

/** ARN of the function as the mapping names it. */
export const mappedFunction = (mapping: EventSourceMapping, scope: ArnScope): string =>
  functionArn(scope, mapping.functionName, mapping.qualifier);

interface Stored extends EventSourceMapping {
  /** What comes after the transition. */
  readonly next?: 'Disabled' | 'Enabled';
}

export function createEventSourceMappings(options: {
  /** Migrated with {@link import('./schema.ts').functionMigrations}. */
  readonly database: Database;
  readonly clock: Clock;
  readonly scope: ArnScope;
}): EventSourceMappings {
  const { clock, scope } = options;
  const table = createRecordTable<Stored>(options.database, 'event_source_mappings', 'uuid');
  const timers = new Map<string, Timer>();
  const listeners = new Set<(uuid: string) => void>();
  const tell = (uuid: string): void => {
    for (const listener of listeners) listener(uuid);
  };
  const find = (uuid: string): Stored => {
    const mapping = table.get(uuid);
    if (mapping === undefined) throw new Error(`There is no event source mapping ${uuid} in the store.`);
    return mapping;
  };

  /** Ends the transition that the mapping is in. */
  function settle(uuid: string): void {
    const mapping = table.get(uuid);
    if (mapping === undefined) return;
    if (mapping.state === 'Deleting') table.delete(uuid);
    else {
      const { next, ...rest } = mapping;
      table.put(uuid, { ...rest, state: next ?? 'Disabled' });
    }
    tell(uuid);
  }

  function settleLater(uuid: string): void {
    timers.get(uuid)?.cancel();
    timers.set(
      uuid,
      clock.afterWall(TRANSITION_MS, () => {
        try {
          settle(uuid);
          timers.delete(uuid);
        } catch {
          // A full disk, for one: the transition lasts until its end can be stored.
          settleLater(uuid);
        }
      }),
    );
  }

  function save(mapping: Stored): EventSourceMapping {
    table.put(mapping.uuid, mapping);
    if (!isSettled(mapping)) settleLater(mapping.uuid);
    tell(mapping.uuid);
    return mapping;
  }

  // What the last host was in the middle of is over by now.
  for (const mapping of table.list()) if (!isSettled(mapping)) settle(mapping.uuid);

  return {
    get: uuid => table.get(uuid),
    list: () => table.list(),
    arn: uuid => `arn:aws:lambda:${scope.region}:${scope.accountId}:event-source-mapping:${uuid}`,
    create: (fresh, enabled) => {
      const mapping = { ...fresh, uuid: randomUUID(), lastModified: clock.serviceNow() };
      if (!enabled && fresh.kind === 'sqs') return save({ ...mapping, state: 'Disabled' });
      return save({ ...mapping, state: 'Creating', next: enabled ? 'Enabled' : 'Disabled' });
    },
    update: (uuid, change, enabled) => {
      const before = find(uuid);
      const { qualifier: _qualifier, ...unqualified } = before;
      const mapping: Stored = {
        ...(change.functionName === undefined ? before : unqualified),
        ...change,
        lastModified: clock.serviceNow(),
      };
      const wasEnabled = before.state === 'Enabled';
      const next = (enabled ?? wasEnabled) ? 'Enabled' : 'Disabled';
      if (next === 'Disabled' && !wasEnabled) return save(mapping);
      const state = next === 'Disabled' ? 'Disabling' : wasEnabled ? 'Updating' : 'Enabling';
      return save({ ...mapping, state, next });
    },
    delete: uuid => save({ ...find(uuid), state: 'Deleting', lastModified: clock.serviceNow() }),
    tag: (uuid, tags) => {
      table.put(uuid, { ...find(uuid), tags });
      tell(uuid);
    },
    onChange: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      for (const timer of timers.values()) timer.cancel();
    },
  };
}
