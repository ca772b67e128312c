/** The control service, as protocol/control.ts describes it. */
import { AwsError } from '../../protocol/awsError.ts';
import { CONTROL_SERVICE } from '../../protocol/control.ts';
import type { CodeChanges, FunctionCode, HostEvent, HostStatus } from '../../protocol/control.ts';
import type { FunctionSummary } from '../../protocol/model.ts';
import type { Replayed } from '../../protocol/replay.ts';
import type { Environment, Environments } from '../environments/environment.ts';
import type { FunctionActions } from '../functions/functionActions.ts';
import type { LayerActions } from '../functions/layers/layerActions.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { Asynchronous } from '../invoke/asynchronous/asynchronous.ts';
import type { FaultRules } from '../invoke/faults/faultRules.ts';
import type { DebugSessions } from '../invoke/debugSessions.ts';
import type { History } from '../invoke/history.ts';
import type { ReplayQuery } from '../invoke/replay.ts';
import type { Metrics } from '../invoke/metricStore.ts';
import type { DrivenClock } from '../time/drivenClock.ts';
import type { EventHub } from './eventHub.ts';
import { asynchronousCalls } from './asynchronousCalls.ts';
import { clockCalls } from './clockCalls.ts';
import { faultCalls } from './faultCalls.ts';
import { metricCalls } from './metricCalls.ts';
import { historyCalls } from './historyCalls.ts';
import { functionCalls } from './functionCalls.ts';
import { layerCalls } from './layerCalls.ts';
import type { LogBuffer } from './logBuffer.ts';
import {
  bodyOf,
  debuggerAddress,
  debugRequest,
  decoded,
  numberOf,
  pausedBody,
  syncRequest,
} from './requests.ts';

export interface ControlOptions {
  readonly hub: EventHub;
  readonly logs: LogBuffer;
  readonly history: History;
  /** Runs a stored event again; rejects with an AwsError where that can't be. */
  replay(requestId: string, query: ReplayQuery): Promise<Replayed>;
  readonly metrics: Pick<Metrics, 'query'>;
  readonly debug: DebugSessions;
  readonly environments: Pick<Environments, 'get'>;
  snapshot(): HostEvent;
  /** By name. */
  functions(): readonly FunctionSummary[];
  /** Rejects with an AwsError where there is no such function or version, or no code of it on this machine. */
  code(functionName: string, qualifier: string): Promise<FunctionCode>;
  /** Rejects as `code` does. */
  codeChanges(functionName: string, from: string, to: string): Promise<CodeChanges>;
  readonly functionActions: FunctionActions;
  readonly layers: LayerActions;
  readonly asynchronous: Pick<Asynchronous, 'queue' | 'deliveries' | 'pending'>;
  readonly clock: DrivenClock;
  readonly faults: Omit<FaultRules, 'decide' | 'close'>;
  /** With `engines`: each is asked whether it can be used. */
  status(engines: boolean): Promise<HostStatus>;
  /** Builds and deploys what changed in the named files; names of the functions that reloaded. */
  sync(files: readonly string[]): Promise<readonly string[]>;
  /** Starts an orderly stop. */
  stop(reason: string): void;
}

/** Gets the parts of the path that its pattern names, decoded. */
type Handler = (request: ServiceRequest, ...parts: string[]) => Promise<ServiceResponse> | ServiceResponse;

const json = (status: number, value: unknown): ServiceResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

const noContent: ServiceResponse = { status: 204 };

const noStream = (clientId: string): AwsError =>
  new AwsError(
    'ResourceConflictException',
    409,
    `The client ${clientId} holds no event stream, with which its debug sessions end: open one first.`,
  );

export function createControlService(options: ControlOptions): Service {
  const routes: readonly (readonly [method: string, pattern: RegExp, handle: Handler])[] = [
    ['GET', /^\/lamplight\/events$/, events],
    ['GET', /^\/lamplight\/status$/, status],
    ['GET', /^\/lamplight\/functions$/, listFunctions],
    ['GET', /^\/lamplight\/functions\/([^/]+)\/code$/, functionCode],
    ['GET', /^\/lamplight\/functions\/([^/]+)\/code\/changes$/, codeChanges],
    ...historyCalls(options.history, options.clock, (requestId, query) => options.replay(requestId, query)),
    ['GET', /^\/lamplight\/logs\/([^/]+)$/, logs],
    ['POST', /^\/lamplight\/debug$/, startDebug],
    ['PUT', /^\/lamplight\/debug\/([^/]+)\/environments\/([^/]+)$/, setPaused],
    ['POST', /^\/lamplight\/debug\/([^/]+)\/environments\/([^/]+)\/debugger$/, connectDebugger],
    ['DELETE', /^\/lamplight\/debug\/([^/]+)$/, endDebug],
    ...functionCalls(options.functionActions),
    ...layerCalls(options.layers),
    ...asynchronousCalls(options.asynchronous, options.clock),
    ...clockCalls(options.clock),
    ...metricCalls(options.metrics, options.clock),
    ...faultCalls(options.faults),
    ['POST', /^\/lamplight\/sync$/, sync],
    ['POST', /^\/lamplight\/stop$/, stop],
  ];

  /** Open streams of each client: what it holds here ends with its last one. */
  const streams = new Map<string, number>();

  function events(request: ServiceRequest): ServiceResponse {
    const clientId = request.query.get('ClientId') ?? request.requestId;
    return {
      status: 200,
      headers: { 'content-type': 'application/x-ndjson' },
      body: response => {
        streams.set(clientId, (streams.get(clientId) ?? 0) + 1);
        options.hub.attach(response, options.snapshot(), () => streamGone(clientId));
      },
    };
  }

  function streamGone(clientId: string): void {
    const left = (streams.get(clientId) ?? 1) - 1;
    if (left > 0) {
      streams.set(clientId, left);
      return;
    }
    streams.delete(clientId);
    options.debug.endClient(clientId);
  }

  async function status(request: ServiceRequest): Promise<ServiceResponse> {
    return json(200, await options.status(request.query.get('Engines') === 'true'));
  }

  function listFunctions(): ServiceResponse {
    return json(200, { Functions: options.functions() });
  }

  async function functionCode(request: ServiceRequest, functionName = ''): Promise<ServiceResponse> {
    return json(200, await options.code(functionName, request.query.get('Qualifier') ?? '$LATEST'));
  }

  async function codeChanges(request: ServiceRequest, functionName = ''): Promise<ServiceResponse> {
    const qualifier = (side: string): string => request.query.get(side) ?? '$LATEST';
    return json(200, await options.codeChanges(functionName, qualifier('From'), qualifier('To')));
  }

  function logs(request: ServiceRequest, functionName = ''): ServiceResponse {
    const limit = numberOf(request.query, 'MaxItems', 200, 10_000);
    return json(200, { Records: options.logs.last(functionName, limit) });
  }

  function startDebug(request: ServiceRequest): ServiceResponse {
    const asked = debugRequest(bodyOf(request));
    // Nothing would ever end the session.
    if (!streams.has(asked.clientId)) throw noStream(asked.clientId);
    return json(200, { debugId: options.debug.start(asked) });
  }

  /** Only under a debugger does a deadline stand still. */
  function debugged(debugId: string, environmentId: string): Environment {
    const environment = options.environments.get(environmentId);
    if (environment?.spec.debugId === debugId) return environment;
    throw new AwsError('ResourceNotFoundException', 404, `Environment not found: ${environmentId}`);
  }

  function setPaused(request: ServiceRequest, debugId = '', environmentId = ''): ServiceResponse {
    debugged(debugId, environmentId).setPaused(pausedBody(bodyOf(request)));
    return noContent;
  }

  function connectDebugger(request: ServiceRequest, debugId = '', environmentId = ''): ServiceResponse {
    debugged(debugId, environmentId).connectDebugger(debuggerAddress(bodyOf(request)));
    return noContent;
  }

  function endDebug(_request: ServiceRequest, debugId = ''): ServiceResponse {
    options.debug.end(debugId);
    return noContent;
  }

  async function sync(request: ServiceRequest): Promise<ServiceResponse> {
    return json(200, { Reloaded: await options.sync(syncRequest(bodyOf(request)).files) });
  }

  function stop(): ServiceResponse {
    options.stop('a client asked for it');
    return { status: 202 };
  }

  return {
    scope: CONTROL_SERVICE,
    maxBodyBytes: 1024 * 1024,
    tooLarge: () =>
      new AwsError('RequestEntityTooLargeException', 413, 'Request must be smaller than 1048576 bytes'),
    async handle(request) {
      let known = false;
      for (const [method, pattern, handle] of routes) {
        const match = pattern.exec(request.path);
        if (!match) continue;
        known = true;
        if (method === request.method) return handle(request, ...match.slice(1).map(decoded));
      }
      throw known
        ? new AwsError(
            'MethodNotAllowedException',
            405,
            `${request.method} is not possible here: ${request.path}`,
          )
        : new AwsError('UnknownOperationException', 404, `There is no such call: ${request.path}`);
    },
  };
}
