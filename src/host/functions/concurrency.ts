/** Reserved and provisioned concurrency as they are stored, and the account's arithmetic (spec/lambda-service.md §6). */
import type { FunctionSettings, Settings } from './functionSettings.ts';
import type { FunctionStore } from './functionStore.ts';

/** Of one version or alias. Nothing is allocated before the invocation plane puts it into force. */
export interface ProvisionedConcurrency {
  readonly requested: number;
  /** Epoch milliseconds, service time. */
  readonly lastModified: number;
}

/** Concurrent executions of a whole function; its qualifier is ''. */
export const reservedConcurrency = (settings: FunctionSettings): Settings<number> =>
  settings.of('reserved-concurrency');

export const provisionedConcurrency = (settings: FunctionSettings): Settings<ProvisionedConcurrency> =>
  settings.of('provisioned-concurrency');

/** What an account must keep for functions without a reservation. */
export const minimumUnreserved = (limit: number): number => Math.min(100, limit);

/** Of all of a function's versions and aliases, but this one. */
export const provisionedTotal = (settings: FunctionSettings, functionName: string, except?: string): number =>
  provisionedConcurrency(settings)
    .list(functionName)
    .filter(({ qualifier }) => qualifier !== except)
    .reduce((sum, { value }) => sum + value.requested, 0);

/**
 * What is left of the account's `limit` for functions without a reservation: provisioned concurrency counts unless a
 * reservation covers it. `except`: as if this function had neither.
 */
export function unreservedConcurrency(settings: FunctionSettings, limit: number, except?: string): number {
  const reserved = reservedConcurrency(settings)
    .list()
    .filter(({ functionName }) => functionName !== except);
  const covered = new Set(reserved.map(({ functionName }) => functionName));
  const provisioned = provisionedConcurrency(settings)
    .list()
    .filter(({ functionName }) => functionName !== except && !covered.has(functionName));
  return (
    limit -
    reserved.reduce((sum, { value }) => sum + value, 0) -
    provisioned.reduce((sum, { value }) => sum + value.requested, 0)
  );
}

/** What invocations are held against. */
export interface ConcurrencyLimits {
  /** By function; absent without a reservation. */
  readonly reserved: ReadonlyMap<string, number>;
  /** By function, then by version or alias. */
  readonly provisioned: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Of all versions and aliases of a function. */
  readonly provisionedTotals: ReadonlyMap<string, number>;
  /** What functions without a reservation share. */
  readonly unreserved: number;
}

/** The limits as they are at any time, read anew only after something has changed. `limit`: the account's. */
export function followConcurrencyLimits(
  functions: Pick<FunctionStore, 'onChange' | 'settings'>,
  limit: number,
): () => ConcurrencyLimits {
  const { settings } = functions;
  let current: ConcurrencyLimits | undefined;
  settings.onChange(kind => {
    if (kind === 'reserved-concurrency' || kind === 'provisioned-concurrency') current = undefined;
  });
  // A function's settings come and go with it.
  functions.onChange(() => (current = undefined));
  return () => (current ??= readLimits(settings, limit));
}

function readLimits(settings: FunctionSettings, limit: number): ConcurrencyLimits {
  const reserved = reservedConcurrency(settings)
    .list()
    .map(({ functionName, value }) => [functionName, value] as const);
  const provisioned = new Map<string, Map<string, number>>();
  const provisionedTotals = new Map<string, number>();
  for (const { functionName, qualifier, value } of provisionedConcurrency(settings).list()) {
    const amounts = provisioned.get(functionName) ?? new Map<string, number>();
    provisioned.set(functionName, amounts.set(qualifier, value.requested));
    provisionedTotals.set(functionName, (provisionedTotals.get(functionName) ?? 0) + value.requested);
  }
  return {
    reserved: new Map(reserved),
    provisioned,
    provisionedTotals,
    unreserved: unreservedConcurrency(settings, limit),
  };
}
