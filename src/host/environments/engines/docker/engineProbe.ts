/** Asks whether a container engine answers at an address, without loading the Docker client. */
import http from 'node:http';
import https from 'node:https';
import type { EngineAddress } from './engineAddress.ts';

/** Milliseconds that an engine has for its answer to a ping. */
const PATIENCE = 3000;

/** Undefined when an engine answers there; else what went wrong and what to do, as one text for a person. */
export async function whyNoEngine(address: EngineAddress): Promise<string | undefined> {
  if (address.kind === 'unusable') {
    return `Containers can't be used: ${address.source} is ${address.text}, and ${address.reason}. ${OTHER_WAYS}`;
  }
  const problem = await ping(address);
  return problem === undefined
    ? undefined
    : `No Docker engine answers at ${address.text} (${address.source}): ${explain(problem, address)} ${OTHER_WAYS}`;
}

const OTHER_WAYS =
  'LAMPLIGHT_DOCKER_HOST or DOCKER_HOST can name another address, and --engine process needs no Docker.';

function ping(
  address: Exclude<EngineAddress, { kind: 'unusable' }>,
): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise(resolve => {
    const options: https.RequestOptions = {
      path: '/_ping',
      timeout: PATIENCE,
      // A connection that was kept says nothing of an engine that was started again since.
      agent: false,
      ...connection(address),
    };
    const request = (address.kind === 'tcp' && address.tls ? https : http).request(options, response => {
      response.resume();
      const good = response.statusCode === 200;
      resolve(good ? undefined : new Error(`it answered the ping with HTTP ${response.statusCode ?? 0}`));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${PATIENCE} ms`)));
    request.on('error', resolve);
    request.end();
  });
}

/** The address as options of node:http and node:https. */
export function connection(address: Exclude<EngineAddress, { kind: 'unusable' }>): https.RequestOptions {
  if (address.kind === 'socket') return { socketPath: address.path };
  const { host, port, tls } = address;
  if (!tls) return { host, port };
  const { verify, ...pem } = tls;
  return { host, port, rejectUnauthorized: verify, ...pem };
}

function explain(problem: NodeJS.ErrnoException, address: EngineAddress): string {
  switch (problem.code) {
    case 'ENOENT':
      return 'there is no such socket. Is Docker (or Podman) installed and started?';
    case 'ECONNREFUSED':
      return 'the connection was refused. Start Docker.';
    case 'EACCES':
    case 'EPERM':
      return `your user may not use ${address.text}. On Linux, add it to the group "docker" and log in again.`;
    default:
      return `${problem.message}.`;
  }
}
