/**
 * The one listener that AWS clients talk to: browsers out, signature checked, body limited, then on to the service that
 * the signature's scope names (DESIGN.md rule 7).
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from '../../protocol/awsError.ts';
import type { Clock } from '../clock.ts';
import { StateError } from '../state/stateError.ts';
import { readAuthorization } from './authorization.ts';
import { BodyAborted, BodyTooLarge, drain, readBody } from './body.ts';
import {
  corsHeaders,
  loopbackHosts,
  preflightHeaders,
  refuseBrowsers,
  type AllowedHosts,
} from './browser.ts';
import { createGate, type Admission } from './gate.ts';
import type { Keys } from './keys.ts';
import { answerBadHttp, closerOf, listenError, setLimits } from './listener.ts';
import { GatewayRequest } from './request.ts';
import { createResigned, type Resigned, type ResignedOptions } from './resigned.ts';
import { sendResponse } from './respond.ts';
import type { Service } from './service.ts';
import { createUpstream, type Upstream } from './upstream.ts';
import { wireError } from './wireError.ts';

export interface GatewayOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  readonly keys: Keys;
  readonly clock: Clock;
  /** Lets requests with unknown keys in, unverified, to every service but `lamplight`. */
  readonly acceptAnyCredentials?: boolean | undefined;
  /** URL of an endpoint that serves what is not embedded. */
  readonly upstream?: string | undefined;
  /** Services, by scope, and resources, by ARN, that are somewhere else; with `keys`, requests are signed again with those. */
  readonly pointed?: ReadonlyMap<string, PointedService> | undefined;
  /** Origins of web pages that may call. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Hears of mistakes of our own: the client only sees an InternalFailure. */
  readonly reportError?: ((error: unknown, what: string) => void) | undefined;
}

export type PointedService = Pick<ResignedOptions, 'url' | 'name'> & Partial<Pick<ResignedOptions, 'keys'>>;

interface Scope {
  readonly service: string;
  readonly region: string;
}

type Way =
  | { readonly passed: Upstream; readonly resigned?: undefined }
  | { readonly passed?: undefined; readonly resigned: Resigned };

const createWay = ({ url, name, keys }: PointedService, clock: Clock): Way =>
  keys === undefined
    ? { passed: createUpstream(url, name) }
    : { resigned: createResigned({ url, name, keys, clock }) };

/** A listening socket. */
export interface Listener {
  readonly port: number;
  /** As {@link Gateway.close}, of this one. */
  close(): Promise<void>;
}

export interface Gateway {
  register(service: Service): void;
  /**
   * On any port where none is asked for: the preferred one, if that is free. Rejects with a plain message when the one
   * that is asked for is taken.
   */
  listen(preferred?: number): Promise<{ readonly port: number; readonly endpoint: string }>;
  /**
   * Listens on another address of this machine too, for containers that cannot reach loopback. `hosts` are the names
   * that they use, without port; `allowFrom` refuses everybody else's connections. Its `close` ends this listener alone.
   */
  listenAlso(
    address: string,
    hosts: readonly string[],
    allowFrom?: (peer: string) => boolean,
  ): Promise<Listener>;
  /** Ends idle connections at once and waits for answers under way. */
  close(): Promise<void>;
}

/** What the caller may be told: refusals, and trouble with the state folder that only its owner can end. */
function knownError(error: unknown): AwsError | undefined {
  if (error instanceof AwsError) return error;
  if (error instanceof StateError)
    return new AwsError('ServiceException', 500, error.message, { messageKey: 'Message', cause: error });
  return undefined;
}

const internalError = (): AwsError =>
  new AwsError('ServiceException', 500, 'An error occurred in Lamplight; its log says more.', {
    messageKey: 'Message',
  });

/** Largest body that is read for an upstream service whose client did not sign a hash of it. */
const MAX_UPSTREAM_BODY = 64 * 1024 * 1024;

export function createGateway(options: GatewayOptions): Gateway {
  const services = new Map<string, Service>();
  const gate = createGate({ ...options, acceptAnyCredentials: options.acceptAnyCredentials ?? false });
  const upstream = options.upstream === undefined ? undefined : createUpstream(options.upstream);
  const ways = new Map(
    [...(options.pointed ?? [])].map(([of, pointed]) => [of, createWay(pointed, options.clock)]),
  );
  const arns = [...ways.keys()].filter(of => of.startsWith('arn:'));
  const allowedOrigins = options.allowedOrigins ?? [];
  const closers = new Set<() => Promise<void>>();

  async function handle(
    request: IncomingMessage,
    response: ServerResponse,
    hosts: AllowedHosts,
  ): Promise<void> {
    const requestId = randomUUID();
    let scope: string | undefined;
    try {
      const origin = refuseBrowsers(request.headers, hosts, allowedOrigins);
      if (origin !== undefined) {
        for (const [name, value] of Object.entries(corsHeaders(origin))) response.setHeader(name, value);
        if (request.method === 'OPTIONS') {
          response.writeHead(204, preflightHeaders(origin, request.headers)).end();
          return;
        }
      }
      const url = request.url ?? '/';
      if (!url.startsWith('/'))
        throw new AwsError('MalformedHttpRequestException', 400, 'The request target is not a path.');
      const authorization = readAuthorization(url, request.headers);
      scope = authorization.scope.service;
      const admission = gate.admit({
        method: request.method ?? 'GET',
        headers: request.headers,
        authorization,
      });
      const service = services.get(scope);
      const way = ways.get(scope);
      if (way !== undefined) await onWay(way, authorization.scope, request, response, admission);
      else if (service === undefined) await toUpstream(scope, request, response, admission);
      else await toService(service, authorization.scope, request, response, admission, requestId);
    } catch (error) {
      refuse(request, response, error, scope, requestId);
    }
  }

  async function toService(
    service: Service,
    scope: Scope,
    request: IncomingMessage,
    response: ServerResponse,
    admission: Admission,
    requestId: string,
  ): Promise<void> {
    const call = new GatewayRequest(request, response, request.url ?? '/', requestId, admission.caller);
    if (admission.caller.kind === 'environment' && service.scope === 'lamplight')
      throw new AwsError(
        'AccessDeniedException',
        403,
        `User: ${admission.caller.arn} is not authorized to perform: lamplight:${call.path.slice(1)} because the keys of an execution environment do not reach the control service`,
        { type: undefined, messageKey: 'Message' },
      );
    let body: Buffer;
    try {
      body = await readBody(request, service.bodyLimit?.(call) ?? service.maxBodyBytes, response);
    } catch (error) {
      throw error instanceof BodyTooLarge ? service.tooLarge(call) : error;
    }
    admission.finish(body);
    call.body = body;
    const arn = arns.length === 0 ? '' : (service.arnOf?.(call, { region: scope.region, arns }) ?? '');
    const way = ways.get(arn);
    if (way !== undefined) {
      // Where it is, not where its client thinks that it is.
      const [, , , region = ''] = arn.split(':');
      return onWay(way, { service: scope.service, region }, request, response, admission, body);
    }
    sendResponse(response, requestId, await service.handle(call));
  }

  async function toUpstream(
    scope: string,
    request: IncomingMessage,
    response: ServerResponse,
    admission: Admission,
  ): Promise<void> {
    if (upstream === undefined)
      throw new AwsError(
        'UnsupportedOperationException',
        501,
        `The service "${scope}" is not part of Lamplight. Start it with --upstream URL (LocalStack, moto or any other endpoint) to pass such requests on.`,
        { type: 'User' },
      );
    return pass(upstream, request, response, admission);
  }

  async function pass(
    upstream: Upstream,
    request: IncomingMessage,
    response: ServerResponse,
    admission: Admission,
  ): Promise<void> {
    if (admission.bodyKnown) {
      // The upstream is not asked: its own "100 Continue" could not be told from an answer that takes its time.
      if (request.headers.expect !== undefined) response.writeContinue();
      return upstream.pass(request, response, undefined);
    }
    return upstream.pass(request, response, await readWhole(request, response, admission));
  }

  /** To where a service or a resource is pointed. Real keys are used for those only who have shown keys of this host. */
  async function onWay(
    way: Way,
    scope: Scope,
    request: IncomingMessage,
    response: ServerResponse,
    admission: Admission,
    read?: Buffer,
  ): Promise<void> {
    if (way.passed !== undefined)
      return read === undefined
        ? pass(way.passed, request, response, admission)
        : way.passed.pass(request, response, read);
    if (admission.caller.kind === 'any')
      throw new AwsError(
        'AccessDeniedException',
        403,
        `Requests for ${scope.service} are signed with keys of a profile here, so only this host's own keys may send them: --accept-any-credentials does not go that far.`,
      );
    const body = read ?? (await readWhole(request, response, admission));
    await way.resigned.pass(request, response, body, scope);
  }

  async function readWhole(
    request: IncomingMessage,
    response: ServerResponse,
    admission: Admission,
  ): Promise<Buffer> {
    const body = await readBody(request, MAX_UPSTREAM_BODY, response).catch((error: unknown) => {
      throw error instanceof BodyTooLarge
        ? new AwsError(
            'RequestEntityTooLargeException',
            413,
            `Request must be smaller than ${MAX_UPSTREAM_BODY} bytes`,
          )
        : error;
    });
    admission.finish(body);
    return body;
  }

  function refuse(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    scope: string | undefined,
    requestId: string,
  ): void {
    if (error instanceof BodyAborted || response.destroyed) return;
    if (response.headersSent) {
      options.reportError?.(error, `${request.method ?? ''} ${request.url ?? ''}`);
      response.destroy();
      return;
    }
    const known = knownError(error);
    if (known === undefined) options.reportError?.(error, `${request.method ?? ''} ${request.url ?? ''}`);
    const wire = wireError(known ?? internalError(), request.headers, scope, requestId);
    // Whoever waits for "100 Continue" has not sent the body and will not: the connection is of no more use.
    if (request.headers.expect !== undefined && !request.readableEnded) wire.headers['connection'] = 'close';
    sendResponse(response, requestId, wire);
    drain(request);
  }

  async function open(
    address: string,
    port: number,
    hostsOf: (port: number) => AllowedHosts,
    allowFrom?: (peer: string) => boolean,
  ): Promise<Listener> {
    let hosts: AllowedHosts = { exact: new Set() };
    const server = createServer({ maxHeaderSize: 1024 * 1024, noDelay: true, keepAlive: true });
    setLimits(server);
    const close = closerOf(server);
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      void handle(request, response, hosts);
    };
    server.on('request', listener).on('checkContinue', listener).on('clientError', answerBadHttp);
    if (allowFrom !== undefined)
      server.on('connection', socket => {
        if (!allowFrom(socket.remoteAddress ?? '')) socket.destroy();
      });
    await new Promise<void>((resolve, reject) => {
      server.once('error', error => reject(listenError(error, address, port)));
      server.listen({ host: address, port, exclusive: true }, resolve);
    });
    closers.add(close);
    // Out of file descriptors, for one: that must not end the host.
    server.on('error', error => options.reportError?.(error, `listener on ${address}`));
    const bound = (server.address() as AddressInfo).port;
    hosts = hostsOf(bound);
    return {
      port: bound,
      close: () => {
        closers.delete(close);
        return close();
      },
    };
  }

  return {
    register: service => {
      if (services.has(service.scope)) throw new Error(`Two services have the scope ${service.scope}.`);
      services.set(service.scope, service);
    },
    listen: async (preferred = 0) => {
      const on = (port: number): Promise<Listener> => open('127.0.0.1', port, loopbackHosts);
      const any = options.port === 0;
      const { port } = await (any && preferred > 0 ? on(preferred).catch(() => on(0)) : on(options.port));
      return { port, endpoint: `http://127.0.0.1:${port}` };
    },
    listenAlso: (address, hosts, allowFrom) =>
      open(
        address,
        0,
        port => ({ exact: new Set([address, ...hosts].map(host => `${host}:${port}`)) }),
        allowFrom,
      ),
    close: async () => {
      upstream?.close();
      for (const { passed, resigned } of ways.values()) (passed ?? resigned).close();
      const all = [...closers];
      closers.clear();
      await Promise.all(all.map(close => close()));
    },
  };
}
