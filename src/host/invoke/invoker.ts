/**
 * The one way in (DESIGN.md rule 1): every invocation, whoever asks for it, is one call of {@link Invoker.invoke}.
 * Source of the order of checks: spec/lambda-service.md §5.3 and §6.
 */
import { AwsError } from '../../protocol/awsError.ts';
import type { InvocationSummary } from '../../protocol/model.ts';
import type { Clock } from '../clock.ts';
import type { Environment, EnvironmentInvocation } from '../environments/environment.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { FunctionStore } from '../functions/functionStore.ts';
import type { AliasDraws } from './aliasDraws.ts';
import type { DebugSessions } from './debugSessions.ts';
import type { EnvironmentPools } from './environmentPools.ts';
import { environmentSpec } from './environmentSpec.ts';
import type { Admission, Arrival, ConcurrencyGate } from './concurrencyGate.ts';
import type { FaultArrival } from './faults/decideFault.ts';
import type { FaultDecisions, FaultHit } from './faults/faultRules.ts';
import {
  environmentFault,
  initFault,
  injectedLoss,
  injectedThrottle,
  isLostBefore,
  isLostWithin,
} from './faults/injectFault.ts';
import { functionInState, functionNotFound } from './errors.ts';
import type { History } from './history.ts';
import { waited } from './invocationFacts.ts';
import { createInvocationRecords, marked, refusal } from './invocationRecords.ts';
import type { Metrics } from './metricStore.ts';
import { enterFunction, MOST_IN_CHAIN, recursiveInvocation } from './lineage.ts';
import type { InvokeRequest, InvokeResult } from './request.ts';
import { answerStreamTo } from './responseStream.ts';
import { traceHeader } from './trace.ts';

/** Last bytes of an invocation's log that `X-Amz-Log-Result` carries. */
const LOG_TAIL_BYTES = 4096;

export interface InvokerOptions {
  readonly clock: Clock;
  readonly functions: Pick<
    FunctionStore,
    'get' | 'serving' | 'resolve' | 'ready' | 'codeRoot' | 'layerFolders' | 'buildError'
  >;
  readonly draws: AliasDraws;
  readonly pools: EnvironmentPools;
  readonly debug: DebugSessions;
  readonly history: History;
  readonly metrics: Pick<Metrics, 'record'>;
  readonly region: string;
  readonly accountId: string;
  readonly gate: ConcurrencyGate;
  readonly faults: FaultDecisions;
  /** Bytes a second of streamed answers after their first 6 MiB; no limit where absent. */
  readonly streamBandwidth?: number | undefined;
  /** Its RecursiveLoop is Allow: it may be invoked in one chain as often as it likes. */
  mayLoop(functionName: string): boolean;
  /** Called when an invocation starts and when it has ended. */
  observed(summary: InvocationSummary): void;
  /** Called where an invocation left work behind. */
  leftBehind(record: FunctionRecord, summary: InvocationSummary): void;
}

export interface Invoker {
  /**
   * Rejects with an AwsError for what Lambda itself refuses; function errors are results. An event is one attempt here,
   * which resolves as a call does: asynchronous/eventQueue.ts accepts and retries it.
   */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /** Request id of what runs in that environment. */
  currentOf(environmentId: string): string | undefined;
  /** Invocations that are running or wait for an environment. */
  readonly inFlight: number;
  /** Resolves when what runs has ended. */
  idle(): Promise<void>;
}

export function createInvoker(options: InvokerOptions): Invoker {
  const { clock, functions, pools } = options;
  const records = createInvocationRecords(options);
  const running = new Set<Promise<unknown>>();
  /** By environment. */
  const current = new Map<string, string>();
  let inFlight = 0;

  /** The version that an invocation goes to: an alias of two draws, at most once for each invocation. */
  function router(request: InvokeRequest): () => FunctionRecord {
    const { functionName } = request;
    const qualifier = request.qualifier ?? '$LATEST';
    let drawn: number | undefined;
    const draw = (): number => (drawn ??= options.draws.next(functionName, qualifier));
    return () => {
      const version = functions.resolve(functionName, qualifier, draw);
      const record = version === undefined ? undefined : functions.get(functionName, version);
      if (!version || !record) throw functionNotFound(`${arnOf(functionName)}:${qualifier}`);
      if (record.state === 'Pending' || record.state === 'Failed') throw functionInState(record.state);
      // While an update is in progress, what was before it serves (spec/lambda-service.md §2.4).
      return functions.serving(functionName, version) ?? record;
    };
  }

  const arnOf = (name: string): string =>
    `arn:aws:lambda:${options.region}:${options.accountId}:function:${name}`;

  /** An environment for the function as it is when there is one: a request may have waited for long. */
  async function acquire(
    record: FunctionRecord,
    caller: string | undefined,
    provisioned: string | undefined,
    strike: Strike,
  ): Promise<Environment> {
    const { name, version } = record;
    for (;;) {
      const debugId = options.debug.of(name, version);
      try {
        return await pools.acquire(
          {
            functionName: name,
            version,
            // Whoever debugs has every event of the version.
            ...(debugId === undefined ? provisioned !== undefined && { provisioned } : { debugId }),
          },
          async () => {
            const serving = functions.serving(name, version) ?? record;
            strike.hit ??= options.faults.decide('start', strike.arrival);
            const spec = await environmentSpec(options, serving, {
              ...(strike.hit?.at === 'start' && { initFault: initFault(strike.hit, serving) }),
              initType:
                debugId === undefined && provisioned !== undefined ? 'provisioned-concurrency' : 'on-demand',
              ...(debugId === undefined ? {} : { debugId }),
            });
            // It would wait for a debugger that never comes.
            if (debugId !== undefined && options.debug.of(name, version) !== debugId) throw new SessionOver();
            return spec;
          },
          caller,
          strike.hit !== undefined && isLostBefore(strike.hit.rule),
        );
      } catch (error) {
        if (!(error instanceof SessionOver)) throw error;
      }
    }
  }

  /** An environment that does not take the event is of no more use to anybody. */
  function begin(
    environment: Environment,
    invocation: EnvironmentInvocation,
  ): ReturnType<Environment['invoke']> {
    try {
      return environment.invoke(invocation);
    } catch (error) {
      void environment.stop('failure');
      pools.release(environment);
      throw error;
    }
  }

  /** Throws what Lambda, or a fault rule, refuses it with. */
  function admit(
    request: InvokeRequest,
    record: FunctionRecord,
    arrival: Arrival,
    hit: FaultHit | undefined,
  ): Admission {
    const injected =
      hit?.rule.kind === 'throttle'
        ? injectedThrottle(hit.rule.reason ?? 'ConcurrentInvocationLimitExceeded', hit.mark)
        : undefined;
    try {
      return options.gate.enter(arrival, injected);
    } catch (error) {
      if (hit && injected) records.refused(injected, request, record, hit);
      else if (error instanceof AwsError) records.throttled(error, request, record);
      throw error;
    }
  }

  /** From admission to the caller's answer; history and release follow by themselves. */
  async function run(
    request: InvokeRequest,
    admitted: FunctionRecord,
    route: () => FunctionRecord,
    provisioned: string | undefined,
    strike: Strike,
    arrivedAt: number,
  ): Promise<InvokeResult> {
    // A version is what it is: only $LATEST may still be built. What is current after that is what runs.
    if (admitted.version === '$LATEST') await functions.ready(request.functionName);
    const record = admitted.version === '$LATEST' ? route() : admitted;
    const qualifiedArn =
      arnOf(record.name) + (request.qualifier === undefined ? '' : `:${request.qualifier}`);
    const buildError = record.version === '$LATEST' ? functions.buildError(record.name) : undefined;
    const lineage = enterFunction(traceHeader(request.traceId, clock.wallNow()), arnOf(record.name));
    if (lineage.before >= MOST_IN_CHAIN && !options.mayLoop(record.name)) {
      const subject = { functionName: record.name, qualifier: request.qualifier ?? '$LATEST' };
      options.metrics.record('RecursiveInvocationsDropped', subject);
      throw recursiveInvocation();
    }
    const started: InvocationSummary = {
      ...marked(records.beginning(request, record), request, undefined),
      ...(buildError === undefined ? {} : { buildError }),
    };
    options.observed(started);
    // What is refused, or was built for nothing, is no use of a rule for those that run.
    strike.hit = options.faults.decide('admitted', strike.arrival);

    const askedAt = clock.serviceNow();
    let environment: Environment;
    let begun: ReturnType<Environment['invoke']>;
    let waitMs: number;
    try {
      // Whoever sent an event waits for no answer.
      const caller = request.type === 'Event' ? undefined : request.caller;
      environment = await acquire(record, caller, provisioned, strike);
      const fault = strike.hit && environmentFault(strike.hit);
      waitMs = waited(environment, clock.monotonic() - arrivedAt);
      current.set(environment.id, request.requestId);
      const known = {
        executedVersion: record.version,
        traceId: lineage.plain,
        ...(buildError === undefined ? {} : { buildError }),
        ...(request.fault && { fault: request.fault }),
      };
      begun = begin(environment, {
        requestId: request.requestId,
        payload: request.payload,
        invokedFunctionArn: qualifiedArn,
        traceId: lineage.header,
        ...(request.clientContext === undefined ? {} : { clientContext: request.clientContext }),
        ...(request.tenantId === undefined ? {} : { tenantId: request.tenantId }),
        ...(fault && { fault }),
        ...(request.stream && {
          stream: answerStreamTo(request.stream, known, clock, options.streamBandwidth),
        }),
      });
      options.observed({ ...started, environmentId: environment.id });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const payload = Buffer.from(JSON.stringify({ errorMessage: message }));
      const answer = { payload, isError: true, errorType: 'Lamplight.StartFailed' };
      // No fault has happened to what did not start.
      if (strike.hit && !isLostBefore(strike.hit.rule)) strike.hit.giveBack();
      records.finish(started, request, answer);
      throw error;
    }
    const isDebugged = environment.spec.debugId !== undefined;
    const given = await begun.answer;
    // A handler that ran out of time, or an init that failed, was there first: that is no fault of the rule's.
    const struck =
      strike.hit && (given.struck === true || isLostBefore(strike.hit.rule)) ? strike.hit : undefined;
    const lost = struck && isLostWithin(struck.rule) ? injectedLoss(struck.mark) : undefined;
    if (lost) void environment.stop('failure');
    pools.answered(environment);
    const ended = begun.phase.then(end => {
      current.delete(environment.id);
      pools.release(environment);
      const told = lost ? refusal(lost) : given;
      const known = marked({ ...started, ...(isDebugged ? {} : { waitMs }) }, request, struck);
      const summary = records.finish(known, request, told, { end, environment, record });
      if (end.leftBehind.length > 0) options.leftBehind(record, summary);
      return end;
    });
    track(ended);
    if (lost) throw lost;
    const fault = struck?.mark ?? request.fault;
    const answeredAt = clock.serviceNow();
    const report = request.tail === true || isDebugged ? await ended : undefined;
    return {
      status: 200,
      executedVersion: record.version,
      payload: given.payload,
      contentType: given.contentType,
      ...(given.streamed && { streamed: true }),
      ...(given.isError ? { functionError: 'Unhandled' as const } : {}),
      ...(report === undefined
        ? {}
        : { logTail: Buffer.from(report.log).subarray(-LOG_TAIL_BYTES), report: report.report }),
      traceId: lineage.plain,
      onward: lineage.header,
      ...(report === undefined || !isDebugged
        ? {}
        : { heldMs: Math.max(0, answeredAt - askedAt - report.report.durationMs) }),
      ...(buildError === undefined ? {} : { buildError }),
      ...(fault && { fault }),
    };
  }

  function track(work: Promise<unknown>, settled?: () => void): void {
    running.add(work);
    const done = (): void => {
      running.delete(work);
      settled?.();
    };
    work.then(done, done);
  }

  return {
    get inFlight() {
      return inFlight;
    },
    currentOf: environmentId => current.get(environmentId),
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
    async invoke(request) {
      const route = router(request);
      const admitted = route();
      if (request.type === 'DryRun') return { status: 204 };
      const arrival = {
        functionName: request.functionName,
        qualifier: request.qualifier ?? '$LATEST',
        version: admitted.version,
        isAsynchronous: request.type === 'Event',
        source: request.source,
      };
      const hit = options.faults.decide('admission', arrival);
      const arrivedAt = clock.monotonic();
      const admission = admit(request, admitted, arrival, hit);
      inFlight++;
      const result = run(
        request,
        admitted,
        route,
        admission.provisioned,
        { arrival, hit: undefined },
        arrivedAt,
      );
      track(result, () => {
        inFlight--;
        admission.leave();
      });
      return result;
    },
  };
}

/** What a fault rule makes of one invocation; one that concerns its environment's start hits it then. */
interface Strike {
  readonly arrival: FaultArrival;
  hit: FaultHit | undefined;
}

/** The debug session ended before its environment began to start. */
class SessionOver extends Error {}
