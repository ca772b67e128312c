/**
 * May one more invocation run? The one place where that is decided, in AWS's order (spec/lambda-service.md §6): the
 * reservation, what is provisioned, the reservation's or the account's rest, the rate of requests, the rate at which a
 * function scales. Rates follow service time.
 *
 * Lambda's own environments are counted here as Lambda would have them; how many really run on this machine is the
 * pools' business, and changes nothing about the answer.
 */
import type { AwsError } from '../../protocol/awsError.ts';
import type { Clock, Timer } from '../clock.ts';
import type { ConcurrencyLimits } from '../functions/concurrency.ts';
import {
  concurrencyExceeded,
  rateExceeded,
  reservedConcurrencyExceeded,
  reservedRateExceeded,
} from './errors.ts';
import { FunctionLoad, REQUESTS_PER_CONCURRENCY, requestRate } from './functionLoad.ts';
import type { Metrics } from './metricStore.ts';
import type { Throttle } from './recentThrottles.ts';
import type { TokenBucket } from './tokenBucket.ts';

export interface Arrival {
  readonly functionName: string;
  /** As it was asked for; `$LATEST` for none. */
  readonly qualifier: string;
  readonly version: string;
  /** Events that were accepted before: no rate of requests holds them. */
  readonly isAsynchronous?: boolean;
}

export interface Admission {
  /** Version or alias on whose provisioned concurrency it runs; undefined: on demand. */
  readonly provisioned?: string;
  /** Call once, when the invocation has ended. */
  readonly leave: () => void;
}

export interface ConcurrencyGate {
  /**
   * Throws TooManyRequestsException where there is no room.
   * @param refusal it is refused with this, whatever room there is: a fault rule asks for it
   */
  enter(arrival: Arrival, refusal?: AwsError): Admission;
  /** Invocations that run, or wait for room on this machine; of one function, or of all. */
  running(functionName?: string): number;
  /** Environments of the function, or of one version of it, serve no more. */
  forgetIdle(functionName: string, version?: string): void;
  /** The function is gone. */
  forget(functionName: string): void;
}

export interface ConcurrencyGateOptions {
  /** Asked at every invocation. */
  limits(): ConcurrencyLimits;
  /** What is ready of the provisioned concurrency of a version or alias. */
  allocated(functionName: string, qualifier: string): number;
  readonly accountLimit: number;
  /** Service time after which an idle environment ends. */
  readonly idleMs: number;
  readonly clock: Pick<Clock, 'serviceNow' | 'afterService'>;
  readonly metrics: Pick<Metrics, 'record'>;
  /** Hears of each invocation that is refused, with AWS's Reason. */
  throttled?(throttle: Throttle, now: number): void;
}

/** Service time between two looks at how much runs, while something does: nothing else tells of long invocations. */
const SAMPLE_MS = 10_000;

export function createConcurrencyGate(options: ConcurrencyGateOptions): ConcurrencyGate {
  const { clock, metrics } = options;
  const loads = new Map<string, FunctionLoad>();
  /** Of functions that had no reservation when they began, but for what is provisioned. */
  let shared = 0;
  let running = 0;
  let sharedRate: TokenBucket | undefined;
  let sampling: Timer | undefined;

  function loadOf(functionName: string, now: number): FunctionLoad {
    let load = loads.get(functionName);
    if (load === undefined) loads.set(functionName, (load = new FunctionLoad(now)));
    return load;
  }

  function decide(arrival: Arrival, load: FunctionLoad, now: number): Admission | AwsError {
    const { functionName, version } = arrival;
    const limits = options.limits();
    const reservation = limits.reserved.get(functionName);
    if (reservation === 0) return reservedConcurrencyExceeded();
    const amounts = limits.provisioned.get(functionName);
    let isSpilling = false;
    if (amounts !== undefined && (reservation === undefined || load.running < reservation)) {
      for (const qualifier of arrival.qualifier === version ? [version] : [arrival.qualifier, version]) {
        const allocated = amounts.has(qualifier) ? options.allocated(functionName, qualifier) : 0;
        if (allocated === 0) continue;
        isSpilling = true;
        if ((load.provisioned.get(qualifier) ?? 0) >= allocated) continue;
        const rate = load.rate(qualifier, allocated, now);
        if (arrival.isAsynchronous !== true) {
          if (!rate.has(now)) continue;
          rate.take();
        }
        return onProvisioned(load, arrival, qualifier, allocated);
      }
    }
    if (reservation === undefined) {
      if (shared >= limits.unreserved) return concurrencyExceeded();
      sharedRate ??= requestRate(limits.unreserved, now);
      sharedRate.resize(limits.unreserved * REQUESTS_PER_CONCURRENCY);
      return onDemand(load, arrival, now, sharedRate, rateExceeded, isSpilling, true);
    }
    let cap = reservation;
    for (const qualifier of amounts?.keys() ?? []) cap -= options.allocated(functionName, qualifier);
    if (load.onDemand >= cap || load.running >= reservation) return reservedConcurrencyExceeded();
    const rate = load.rate('', cap, now);
    return onDemand(load, arrival, now, rate, reservedRateExceeded, isSpilling, false);
  }

  function onDemand(
    load: FunctionLoad,
    arrival: Arrival,
    now: number,
    rate: TokenBucket,
    tooFast: () => AwsError,
    isSpilling: boolean,
    isShared: boolean,
  ): Admission | AwsError {
    const { version } = arrival;
    const isLimited = arrival.isAsynchronous !== true;
    if (isLimited && !rate.has(now)) return tooFast();
    if (!load.canRun(version, now, options.idleMs)) return tooFast();
    if (isLimited) rate.take();
    load.run(version);
    running++;
    if (isShared) shared++;
    if (isSpilling) metrics.record('ProvisionedConcurrencySpilloverInvocations', arrival);
    return {
      leave: () => {
        running--;
        if (isShared) shared--;
        load.end(version, clock.serviceNow());
      },
    };
  }

  function onProvisioned(
    load: FunctionLoad,
    arrival: Arrival,
    qualifier: string,
    allocated: number,
  ): Admission {
    load.runProvisioned(qualifier);
    running++;
    const subject = { functionName: arrival.functionName, qualifier };
    metrics.record('ProvisionedConcurrencyInvocations', subject);
    sampleProvisioned(subject, load.provisioned.get(qualifier) ?? 0, allocated);
    return {
      provisioned: qualifier,
      leave: () => {
        running--;
        load.endProvisioned(qualifier);
      },
    };
  }

  function sampleProvisioned(
    subject: { functionName: string; qualifier: string },
    count: number,
    allocated: number,
  ): void {
    metrics.record('ProvisionedConcurrentExecutions', subject, count);
    if (allocated > 0) metrics.record('ProvisionedConcurrencyUtilization', subject, count / allocated);
  }

  function sampleAccount(): void {
    metrics.record('ConcurrentExecutions', {}, running);
    metrics.record('UnreservedConcurrentExecutions', {}, shared);
    const claimed = options.accountLimit - options.limits().unreserved + shared;
    metrics.record('ClaimedAccountConcurrency', {}, claimed);
  }

  /** What runs for long is seen again and again. */
  function sampleLater(): void {
    sampling ??= clock.afterService(SAMPLE_MS, () => {
      sampling = undefined;
      if (running === 0) return;
      sampleAccount();
      for (const [functionName, load] of loads) {
        if (load.running === 0) continue;
        metrics.record('ConcurrentExecutions', { functionName }, load.running);
        for (const [qualifier, count] of load.provisioned)
          sampleProvisioned({ functionName, qualifier }, count, options.allocated(functionName, qualifier));
      }
      sampleLater();
    });
  }

  return {
    enter(arrival, refusal) {
      const { functionName } = arrival;
      const now = clock.serviceNow();
      const load = loadOf(functionName, now);
      const decision = refusal ?? decide(arrival, load, now);
      if (decision instanceof Error) {
        metrics.record('Throttles', arrival);
        const { qualifier, isAsynchronous } = arrival;
        const type = isAsynchronous === true ? 'Event' : 'RequestResponse';
        const reason = String(decision.members['Reason']);
        const injected = refusal === undefined ? {} : { isInjected: true as const };
        options.throttled?.({ functionName, qualifier, type, reason, ...injected }, now);
        throw decision;
      }
      sampleAccount();
      metrics.record('ConcurrentExecutions', { functionName }, load.running);
      sampleLater();
      return decision;
    },
    running: functionName => (functionName === undefined ? running : (loads.get(functionName)?.running ?? 0)),
    forgetIdle(functionName, version) {
      loads.get(functionName)?.forgetIdle(version);
    },
    forget(functionName) {
      const load = loads.get(functionName);
      load?.forgetIdle(undefined);
      if (load?.running === 0) loads.delete(functionName);
    },
  };
}
