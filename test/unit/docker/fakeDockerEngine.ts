/** What the engine's API answers to the calls that start a container, and what a test wants instead. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';

export interface FakeDockerEngine {
  /** For DockerSettings. */
  readonly address: string;
  /** `POST /containers/create`, in the order in which they came. */
  readonly calls: string[];
  close(): Promise<void>;
}

/**
 * Listens on a socket in `folder`. `override` gets each call first, as `METHOD /path` without version and query; true
 * where it has answered, or never will.
 */
export async function fakeDockerEngine(
  folder: string,
  override: (call: string, response: ServerResponse) => boolean,
): Promise<FakeDockerEngine> {
  const calls: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const call = `${request.method ?? ''} ${(request.url ?? '').replace(/^\/v[\d.]+/, '').replace(/\?.*$/, '')}`;
    calls.push(call);
    request.resume();
    if (!override(call, response)) answer(response, ...usual(call));
  });
  const socket = path.join(folder, 'docker.sock');
  await new Promise<void>(resolve => server.listen(socket, resolve));
  return {
    address: `unix://${socket}`,
    calls,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A Linux engine on this machine that has every image, no containers, and a bridge whose gateway is loopback. */
function usual(call: string): [status: number, body: unknown] {
  if (call === 'GET /_ping') return [200, 'OK'];
  if (call === 'GET /info')
    return [200, { OSType: 'linux', OperatingSystem: 'Debian', Architecture: 'x86_64' }];
  if (call === 'GET /version') return [200, {}];
  if (call === 'POST /networks/create') return [201, { Id: 'network' }];
  if (/^GET \/networks\/.+/.test(call)) {
    return [200, { IPAM: { Config: [{ Gateway: '127.0.0.1', Subnet: '127.0.0.0/8' }] } }];
  }
  if (/^GET \/images\/.*\/json$/.test(call)) {
    return [200, { Os: 'linux', Architecture: 'amd64', Config: { Cmd: ['index.handler'] } }];
  }
  if (call === 'GET /containers/json' || call === 'GET /networks') return [200, []];
  return [404, { message: `no such thing: ${call}` }];
}
