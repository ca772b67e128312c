/** Reserved and provisioned concurrency as they are stored, and the account's arithmetic (spec/lambda-service.md §6). */
import type { FunctionSettings, Settings } from './functionSettings.ts';

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
