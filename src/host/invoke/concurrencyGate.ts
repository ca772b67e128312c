/**
 * Is there room for one more invocation? (spec/lambda-service.md §6, Admission.) A function with a reservation has just
 * that, less what is provisioned to its versions and aliases; the others share what the account has left.
 */
import type { ConcurrencyLimits } from '../functions/concurrency.ts';
import { concurrencyExceeded, reservedConcurrencyExceeded } from './errors.ts';

export interface Arrival {
  readonly functionName: string;
  /** As it was asked for; `$LATEST` for none. */
  readonly qualifier: string;
  readonly version: string;
}

export interface ConcurrencyGate {
  /** Throws TooManyRequestsException where there is no room. Call what it returns once, when the invocation has ended. */
  enter(arrival: Arrival): () => void;
}

/** `limits` is asked at every invocation. */
export function createConcurrencyGate(limits: () => ConcurrencyLimits): ConcurrencyGate {
  /** Of functions that had no reservation when they began, but for what is provisioned. */
  let shared = 0;
  const onDemand = createCounts();
  const provisioned = createCounts();

  /** The provisioned concurrency that the call may use, of its alias or of its version, as long as some of it is free. */
  function provisionedFor({ functionName, qualifier, version }: Arrival): string | undefined {
    const amounts = limits().provisioned.get(functionName);
    if (amounts === undefined) return undefined;
    for (const target of [qualifier, version]) {
      const key = `${functionName}:${target}`;
      if (provisioned.of(key) < (amounts.get(target) ?? 0)) return key;
    }
    return undefined;
  }

  return {
    enter: arrival => {
      const { functionName } = arrival;
      const { reserved, provisionedTotals, unreserved } = limits();
      const reservation = reserved.get(functionName);
      if (reservation === 0) throw reservedConcurrencyExceeded();
      const target = provisionedFor(arrival);
      if (target !== undefined) return provisioned.take(target);
      if (reservation === undefined) {
        if (shared >= unreserved) throw concurrencyExceeded();
        const leave = onDemand.take(functionName);
        shared++;
        return () => {
          shared--;
          leave();
        };
      }
      if (onDemand.of(functionName) >= reservation - (provisionedTotals.get(functionName) ?? 0))
        throw reservedConcurrencyExceeded();
      return onDemand.take(functionName);
    },
  };
}

/** How many there are by name; names without any take no memory. */
function createCounts() {
  const counts = new Map<string, number>();
  const of = (name: string): number => counts.get(name) ?? 0;
  return {
    of,
    take: (name: string): (() => void) => {
      counts.set(name, of(name) + 1);
      return () => {
        const rest = of(name) - 1;
        if (rest === 0) counts.delete(name);
        else counts.set(name, rest);
      };
    },
  };
}
