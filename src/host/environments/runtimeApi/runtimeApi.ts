/**
 * One Runtime API listener: its port is the environment's identity (DESIGN.md, Processes). It lives as long as the
 * environment, over every restart of the runtime.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import process from 'node:process';
import type { RuntimeApiBind } from '../engine.ts';
import type { DebuggerAddress } from '../../../protocol/control.ts';
import { browserHeader } from '../../../protocol/browserHeaders.ts';
import { isExtensionCall, serveExtension, type ExtensionApi } from '../extensionsApi/extensionRoutes.ts';
import { serveFrames, type FrameConnection } from './frameConnection.ts';
import type { AssignHeader } from './frames.ts';
import { serveHttp } from './httpRoutes.ts';
import { peerUser } from './peers.ts';
import { RuntimeStates, type RuntimeOwner } from './runtimeStates.ts';

/** 1 MiB of request line and headers (§1.7), plus the names around an X-Ray cause of that size. */
const MAX_HEADER_BYTES = 1_114_112;

const NOBODY: RuntimeOwner = {
  ready: () => undefined,
  answered: () => undefined,
  initFailed: () => undefined,
  debugger: () => undefined,
  looking: () => undefined,
  leftBehind: () => undefined,
};

export class RuntimeApi {
  readonly states = new RuntimeStates(NOBODY);
  /** Absent for as long as it serves no environment. */
  extensions: (() => ExtensionApi) | undefined;
  readonly #server: Server;
  readonly #allowed = new WeakMap<Socket, Promise<boolean> | true>();
  readonly #connections = new Set<Socket>();
  #bind: RuntimeApiBind = { address: '127.0.0.1' };
  #port = 0;
  #frames: FrameConnection | undefined;
  #assignment: AssignHeader | undefined;
  #connected: (() => void) | undefined;

  constructor() {
    this.#server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      // `/next` waits for as long as it takes, and so does its connection.
      keepAliveTimeout: 0,
      headersTimeout: 0,
      requestTimeout: 0,
      noDelay: true,
    });
    this.#server.on('connection', socket => this.#accept(socket));
    this.#server.on('request', (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.on('upgrade', (request, socket, head) => {
      // From here on the socket's errors are ours: whoever resets the connection must not end the host.
      socket.on('error', () => socket.destroy());
      this.#upgrade(request, socket, head).catch(() => socket.destroy());
    });
    this.#server.on('clientError', (_error, socket) => socket.destroy());
    // After it listens: a connection that could not be accepted (no file descriptor left) is one that was not made.
    this.#server.on('error', () => undefined);
  }

  get port(): number {
    return this.#port;
  }

  set owner(owner: RuntimeOwner) {
    this.states.owner = owner;
  }

  /** Opens the listener; a second call is the same listener. Returns the port. */
  async listen(bind: RuntimeApiBind): Promise<number> {
    this.#bind = bind;
    if (this.#port !== 0) return this.#port;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, bind.address, () => resolve());
    });
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address ? address.port : 0;
    return this.#port;
  }

  /** Serves a connection that came into being with the runtime's process: nobody else can be at its other end. */
  connect(connection: Socket): void {
    this.#allowed.set(connection, true);
    this.#server.emit('connection', connection);
  }

  /** What the next runtime that speaks frames serves: told at once where it is connected, else as soon as it is. */
  assign(header: AssignHeader): void {
    this.#assignment = header;
    this.#frames?.assign(header);
  }

  /** For a runtime that waits for its debugger; one that is gone waits no more. */
  connectDebugger(address: DebuggerAddress): void {
    this.#frames?.connectDebugger(address);
  }

  /** Called once, when a runtime that speaks frames is connected: it is up and waits for its assignment. */
  whenConnected(run: () => void): void {
    if (this.#frames) run();
    else this.#connected = run;
  }

  /** The runtime is gone: forget its connections and its state. */
  reset(): void {
    this.#frames?.close();
    this.#frames = undefined;
    this.#assignment = undefined;
    for (const socket of this.#connections) socket.destroy();
    this.states.reset();
  }

  close(): void {
    this.states.owner = NOBODY;
    this.extensions = undefined;
    this.reset();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    this.#connections.add(socket);
    socket.on('close', () => this.#connections.delete(socket));
    if (!this.#allowed.has(socket)) this.#allowed.set(socket, this.#mayConnect(socket));
  }

  async #mayConnect(socket: Socket): Promise<boolean> {
    const { localAddress = '', remoteAddress = '', remotePort = 0 } = socket;
    const allowFrom = await this.#bind.allowFrom;
    if (allowFrom !== undefined)
      return remoteAddress === allowFrom || remoteAddress === `::ffff:${allowFrom}`;
    const uid = await peerUser(
      { address: localAddress, port: this.#port },
      { address: remoteAddress, port: remotePort },
    );
    return uid === undefined || uid === process.getuid?.();
  }

  /** Loopback peers of our own user only, no browsers, and only by the address that was handed out. */
  async #refusal(request: IncomingMessage): Promise<string | undefined> {
    const { headers, socket } = request;
    if (browserHeader(headers) !== undefined) {
      return 'The Runtime API does not serve browsers.';
    }
    const names = [this.#bind.address, ...(this.#bind.hostNames ?? [])];
    if (!names.some(name => headers.host === `${name}:${this.#port}`)) {
      return `The Runtime API is at ${this.#bind.address}:${this.#port}, not at ${headers.host ?? 'an unnamed host'}.`;
    }
    if ((await this.#allowed.get(socket)) !== true) return 'The Runtime API serves its own runtime only.';
    return undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = await this.#refusal(request);
    if (refusal === undefined) {
      const path = (request.url ?? '').split('?', 1)[0] ?? '';
      if (isExtensionCall(request.method, path)) serveExtension(request, response, path, this.extensions?.());
      else serveHttp(request, response, this.states);
      return;
    }
    const body = `${JSON.stringify({ errorMessage: refusal, errorType: 'Forbidden' })}\n`;
    response.writeHead(403, { 'Content-Type': 'application/json', Connection: 'close' }).end(body);
    request.resume();
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const refusal = await this.#refusal(request);
    if (socket.destroyed) return;
    if (refusal !== undefined || request.headers.upgrade !== 'lamplight-frames' || this.#frames) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: lamplight-frames\r\n\r\n',
    );
    const frames = serveFrames(socket, head, this.states);
    this.#frames = frames;
    socket.on('close', () => {
      if (this.#frames === frames) this.#frames = undefined;
    });
    if (this.#assignment) frames.assign(this.#assignment);
    this.#connected?.();
    this.#connected = undefined;
  }
}
