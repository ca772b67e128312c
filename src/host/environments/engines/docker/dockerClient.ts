/**
 * The one file that names dockerode (DESIGN.md rule 8) and loads it: on demand, when the first container is needed. Its ssh and
 * BuildKit transports are left out of the bundle (esbuild.mjs); nothing here uses them.
 */
import https from 'node:https';
import type Dockerode from 'dockerode';
import type { EngineAddress } from './engineAddress.ts';

export type DockerClient = Dockerode;
export type DockerContainer = Dockerode.Container;
export type ContainerCreateOptions = Dockerode.ContainerCreateOptions;
export type MountSettings = Dockerode.MountSettings;

/** A client for that address. Connects to nothing yet. */
export async function openDockerClient(
  address: Exclude<EngineAddress, { kind: 'unusable' }>,
): Promise<DockerClient> {
  const { default: Docker } = await import('dockerode');
  if (address.kind === 'socket') {
    // `host: undefined` keeps the client's own look at DOCKER_HOST out: the address is already decided.
    return new Docker(withoutDefaults({ socketPath: address.path, protocol: 'http' }));
  }
  const { host, port, tls } = address;
  if (!tls) return new Docker(withoutDefaults({ host, port, protocol: 'http' }));
  const { verify, ...pem } = tls;
  // Only an agent can tell docker-modem to take any certificate.
  const agent = verify ? {} : { agent: new https.Agent({ rejectUnauthorized: false }) };
  return new Docker(withoutDefaults({ host, port, protocol: 'https', ...pem, ...agent }));
}

/** Options under which docker-modem takes nothing from the environment. */
function withoutDefaults(
  options: Dockerode.DockerOptions & { agent?: https.Agent },
): Dockerode.DockerOptions {
  const clear = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined };
  return Object.assign(clear, { pathPrefix: '/', timeout: undefined }, options);
}

/** HTTP status of an engine's refusal; undefined for anything else. */
export function statusOf(error: unknown): number | undefined {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** The engine's own words of a refusal, without the client's frame around them. */
export function engineWords(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'json' in error) {
    const { json } = error;
    if (typeof json === 'object' && json !== null && 'message' in json && typeof json.message === 'string') {
      return json.message;
    }
  }
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\(HTTP code \d+\) [^-]* - /, '');
}
