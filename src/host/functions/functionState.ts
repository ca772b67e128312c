/**
 * The state machine of spec/lambda-service.md §2.4, as steps from one record to the next. Every step has a new revision
 * id, even where nothing else differs.
 */
import { randomUUID } from 'node:crypto';
import type { FunctionRecord } from './functionRecord.ts';

/** Wall milliseconds from the call until the function is ready: long enough for waiters to see both phases. */
export const TRANSITION_MS = 150;

/** AWS gives one reason for creation and update alike. */
const CREATING = { reason: 'The function is being created.', code: 'Creating' };

type StateKey = Extract<keyof FunctionRecord, `state${string}` | `lastUpdate${string}`>;
type Clearable = 'runtime' | 'handler' | 'imageConfig';
/** What an update may change: everything but identity and state. A member that is undefined is taken away. */
export type FunctionChange = Partial<
  Omit<FunctionRecord, StateKey | Clearable | 'name' | 'version' | 'revisionId'>
> & { readonly [Key in Clearable]?: FunctionRecord[Key] | undefined };
/** A function as a caller asks for it. */
export type NewFunction = Omit<FunctionRecord, StateKey | 'version' | 'revisionId' | 'lastModified'>;

type Stateless = Omit<FunctionRecord, StateKey>;

function stateless(record: FunctionRecord): Stateless {
  const {
    state: _state,
    stateReason: _stateReason,
    stateReasonCode: _stateReasonCode,
    lastUpdateStatus: _lastUpdateStatus,
    lastUpdateStatusReason: _lastUpdateStatusReason,
    lastUpdateStatusReasonCode: _lastUpdateStatusReasonCode,
    ...rest
  } = record;
  return rest;
}

/** Directly after CreateFunction. `now` is service time. */
export function created(fresh: NewFunction, now: number): FunctionRecord {
  return {
    ...fresh,
    version: '$LATEST',
    lastModified: now,
    revisionId: randomUUID(),
    state: 'Pending',
    stateReason: CREATING.reason,
    stateReasonCode: CREATING.code,
  };
}

/** Directly after an update; what runs stays the old version until {@link settled}. */
export function updating(record: FunctionRecord, change: FunctionChange, now: number): FunctionRecord {
  const { runtime, handler, imageConfig, ...rest } = { ...stateless(record), ...change };
  return {
    ...rest,
    ...(runtime === undefined ? {} : { runtime }),
    ...(handler === undefined ? {} : { handler }),
    ...(imageConfig === undefined ? {} : { imageConfig }),
    lastModified: now,
    revisionId: randomUUID(),
    state: 'Active',
    lastUpdateStatus: 'InProgress',
    lastUpdateStatusReason: CREATING.reason,
    lastUpdateStatusReasonCode: CREATING.code,
  };
}

/** Creation or update is done. */
export function settled(record: FunctionRecord): FunctionRecord {
  return {
    ...stateless(record),
    revisionId: randomUUID(),
    state: 'Active',
    lastUpdateStatus: 'Successful',
  };
}

/**
 * A version of `$LATEST`: Active at once, with a revision of its own and $LATEST's LastModified (recorded). Tags stay with
 * the function.
 */
export function publishedAs(
  latest: FunctionRecord,
  version: number,
  change: Partial<Pick<FunctionRecord, 'description' | 'code' | 'layers'>>,
): FunctionRecord {
  const { owner: _owner, ...rest } = latest;
  return { ...settled({ ...rest, ...change }), version: String(version), tags: {} };
}

/** A version that was published together with a change of `$LATEST`, until that is done. */
export function pendingVersion(version: FunctionRecord): FunctionRecord {
  return {
    ...stateless(version),
    revisionId: randomUUID(),
    state: 'Pending',
    stateReason: CREATING.reason,
    stateReasonCode: CREATING.code,
  };
}

/** As it was but for a revision of its own: something beside the configuration has changed. */
export const revised = (
  record: FunctionRecord,
  change: Partial<Pick<FunctionRecord, 'tags' | 'lastModified'>> = {},
): FunctionRecord => ({ ...record, ...change, revisionId: randomUUID() });

/** True while a transition is under way. */
export const inTransition = (record: FunctionRecord): boolean =>
  record.state === 'Pending' || record.lastUpdateStatus === 'InProgress';
