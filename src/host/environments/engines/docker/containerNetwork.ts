/**
 * The network that containers of this host share, and how they reach the host through it. One bridge of our own with
 * connections between containers off, as environments can't reach each other on AWS either.
 */
import net from 'node:net';
import type { AwsError } from '../../../../protocol/awsError.ts';
import type { RuntimeApiBind } from '../../engine.ts';
import { statusOf, type DockerClient } from './dockerClient.ts';
import { because, dockerError } from './dockerError.ts';
import type { Reach } from './engineFacts.ts';

const HOST_NAME = 'host.docker.internal';

export interface ContainerNetwork {
  readonly reach: Reach;
  /** For HostConfig.NetworkMode. */
  readonly mode: string;
  /** Name or address by which a container calls this machine. */
  readonly hostName: string;
  /** `name:address` entries for the container's hosts file. */
  readonly extraHosts: readonly string[];
  /** For the Runtime API of a container whose own address is told once it runs. */
  bind(address: Promise<string>): RuntimeApiBind;
  /** The host's API as containers reach it: `http://172.18.0.1:PORT`; `own` where they share this machine's loopback. */
  endpoint(own: string): Promise<string>;
  /** The network turned out to be gone: ends what listened for its containers. */
  release(): Promise<void>;
  /** {@link release}, and removes the network. */
  close(): Promise<void>;
}

/** Lets the API listen on another address too; its port there, and how to end that (gateway's `listenAlso`). */
export type OpenEndpoint = (
  address: string,
  hosts: readonly string[],
  allowFrom?: (peer: string) => boolean,
) => Promise<OpenedEndpoint>;

export interface OpenedEndpoint {
  readonly port: number;
  close(): Promise<void>;
}

export async function openContainerNetwork(options: {
  readonly client: DockerClient;
  readonly reach: Reach;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly openEndpoint: OpenEndpoint | undefined;
}): Promise<ContainerNetwork> {
  const { client, reach, name, labels, openEndpoint } = options;
  if (reach === 'shared') return sharedNetwork();
  const bridge = await ensureBridge(client, name, labels);
  const remove = (): Promise<void> => removeNetwork(client, name);
  if (reach === 'name') return namedNetwork(name, remove, openEndpoint);
  try {
    await provesOurs(bridge.gateway);
  } catch (error) {
    await remove();
    throw error;
  }
  return gatewayNetwork(name, bridge, remove, openEndpoint);
}

/** sandbox.localdomain is where the Telemetry API delivers to (spec/execution-environment.md §3.1). */
const SANDBOX = ['sandbox.localdomain:127.0.0.1', 'sandbox:127.0.0.1'];

function sharedNetwork(): ContainerNetwork {
  return {
    reach: 'shared',
    mode: 'host',
    hostName: '127.0.0.1',
    extraHosts: [...SANDBOX, `${HOST_NAME}:127.0.0.1`],
    // The container's user may be another one than ours: its connections are known by nothing but loopback.
    bind: () => ({ address: '127.0.0.1', allowFrom: '127.0.0.1' }),
    endpoint: own => Promise.resolve(own),
    release: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function namedNetwork(
  name: string,
  remove: () => Promise<void>,
  openEndpoint: OpenEndpoint | undefined,
): ContainerNetwork {
  const open = openEndpoint && (() => openEndpoint('127.0.0.1', [HOST_NAME]));
  return {
    reach: 'name',
    mode: name,
    hostName: HOST_NAME,
    extraHosts: [...SANDBOX, `${HOST_NAME}:host-gateway`],
    // The engine's own process on this machine connects for the container: it is one of our user's.
    bind: () => ({ address: '127.0.0.1', hostNames: [HOST_NAME] }),
    ...endpointOn(HOST_NAME, open, remove),
  };
}

function gatewayNetwork(
  name: string,
  bridge: Bridge,
  remove: () => Promise<void>,
  openEndpoint: OpenEndpoint | undefined,
): ContainerNetwork {
  const { gateway, subnet } = bridge;
  const members = new net.BlockList();
  members.addSubnet(subnet.address, subnet.prefix);
  // From the gateway's own address come processes of this machine: they have the API on loopback.
  const isContainer = (peer: string): boolean => {
    const address = peer.replace(/^::ffff:/, '');
    return net.isIPv4(address) && address !== gateway && members.check(address);
  };
  const open = openEndpoint && (() => openEndpoint(gateway, [HOST_NAME], isContainer));
  return {
    reach: 'gateway',
    mode: name,
    hostName: gateway,
    extraHosts: [...SANDBOX, `${HOST_NAME}:${gateway}`],
    bind: address => ({ address: gateway, allowFrom: address }),
    ...endpointOn(gateway, open, remove),
  };
}

/** The API's listener for containers, opened when the first one needs it; a failed attempt is made again. */
function endpointOn(
  host: string,
  open: (() => Promise<OpenedEndpoint>) | undefined,
  remove: () => Promise<void>,
): Pick<ContainerNetwork, 'endpoint' | 'release' | 'close'> {
  let made: Promise<OpenedEndpoint> | undefined;
  const release = async (): Promise<void> => {
    const opened = await made?.catch(() => undefined);
    await opened?.close();
  };
  return {
    async endpoint(own) {
      if (!open) return own;
      made ??= open().catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      return `http://${host}:${(await made).port}`;
    },
    release,
    async close() {
      await release();
      await remove();
    },
  };
}

interface Bridge {
  readonly gateway: string;
  readonly subnet: { readonly address: string; readonly prefix: number };
}

/** Makes the bridge, or takes the one of that name. */
async function ensureBridge(
  client: DockerClient,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<Bridge> {
  try {
    await client.createNetwork({
      Name: name,
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: { ...labels },
      Options: { 'com.docker.network.bridge.enable_icc': 'false' },
    });
  } catch (error) {
    if (statusOf(error) !== 409) throw networkError(name, error);
  }
  const facts = (await client.getNetwork(name).inspect()) as NetworkFacts;
  for (const { Gateway: gateway = '', Subnet: subnet = '' } of facts.IPAM?.Config ?? []) {
    const [address = '', prefix = ''] = subnet.split('/');
    if (net.isIPv4(gateway) && net.isIPv4(address)) {
      return { gateway, subnet: { address, prefix: Number(prefix) } };
    }
  }
  throw networkError(name, new Error('it has no IPv4 gateway'));
}

interface NetworkFacts {
  readonly IPAM?: { readonly Config?: readonly { readonly Gateway?: string; readonly Subnet?: string }[] };
}

/** Removing is best effort: a network that is gone, or that a stranger's container uses, is not ours to worry about. */
async function removeNetwork(client: DockerClient, name: string): Promise<void> {
  await client
    .getNetwork(name)
    .remove()
    .catch(() => undefined);
}

/** Rejects when this machine has not that address, and the Runtime API could not be reached by containers. */
async function provesOurs(gateway: string): Promise<void> {
  const server = net.createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: gateway, port: 0 }, resolve);
    });
  } catch (error) {
    throw dockerError(
      `Containers can't reach this host: the gateway of their network, ${gateway}, is not an address of this machine (${because(error)}). ` +
        'Is this a container that uses the Docker engine of the machine around it, or a rootless engine? Use --engine process, or an engine that runs here.',
      error,
    );
  } finally {
    server.close();
  }
}

function networkError(name: string, error: unknown): AwsError {
  return dockerError(
    `The Docker network ${name} could not be made: ${because(error)}. LAMPLIGHT_DOCKER_NETWORK=host does without one.`,
    error,
  );
}
