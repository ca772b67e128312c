/** What an engine is and how its containers can reach this machine. */
import type { DockerClient } from './dockerClient.ts';
import type { DockerSettings } from './dockerSettings.ts';

export interface EngineFacts {
  /** `Docker Desktop`, `Debian GNU/Linux 12 (bookworm)`. */
  readonly operatingSystem: string;
  /** Architecture that its containers have without emulation. */
  readonly architecture: 'x86_64' | 'arm64';
  /** Its root is an ordinary user of this machine. */
  readonly rootless: boolean;
  readonly podman: boolean;
  /** Containers are in a virtual machine, not on this machine's kernel. */
  readonly virtualMachine: boolean;
}

/**
 * How containers reach the host: `gateway`: over the gateway address of a bridge network of ours; `name`: by
 * `host.docker.internal`, which the engine forwards to this machine's loopback; `shared`: they have this machine's
 * network.
 */
export type Reach = 'gateway' | 'name' | 'shared';

/** Two calls to the engine. */
export async function readEngineFacts(
  client: DockerClient,
  platform: NodeJS.Platform,
): Promise<EngineFacts & { readonly osType: string }> {
  const [info, version] = await Promise.all([client.info() as Promise<Info>, client.version()]);
  const operatingSystem = info.OperatingSystem ?? '';
  const components = (version as Version).Components ?? [];
  return {
    osType: info.OSType ?? 'linux',
    operatingSystem,
    architecture: /^(aarch64|arm64)/.test(info.Architecture ?? '') ? 'arm64' : 'x86_64',
    rootless: (info.SecurityOptions ?? []).some(option => option.startsWith('name=rootless')),
    podman: components.some(({ Name: name }) => name?.startsWith('Podman') === true),
    virtualMachine: platform !== 'linux' || operatingSystem === 'Docker Desktop',
  };
}

interface Info {
  readonly OperatingSystem?: string;
  readonly OSType?: string;
  readonly Architecture?: string;
  readonly SecurityOptions?: readonly string[];
}

interface Version {
  readonly Components?: readonly { readonly Name?: string }[];
}

export function reachOf(facts: EngineFacts, settings: Pick<DockerSettings, 'network'>): Reach {
  if (settings.network === 'host') return 'shared';
  if (facts.virtualMachine) return 'name';
  // Podman makes a network's bridge only with its first container: nothing can listen on the gateway before.
  return facts.podman ? 'shared' : 'gateway';
}

/**
 * Who the container's processes are: 993:990, as in AWS's images; where code and /tmp are this machine's own files, the
 * user that owns them, unless that is root (spec/execution-environment.md §5.2). Without capabilities not even root
 * reads a folder that only its owner may read: such code runs as its owner.
 * @param code the folder that becomes /var/task, as `stat` tells it
 */
export function containerUser(
  facts: EngineFacts,
  own: UserAndGroup | undefined,
  code: (UserAndGroup & { readonly mode: number }) | undefined,
): string {
  // The root of a rootless engine is the user who runs it, and any other user of it may not touch this user's files.
  if (facts.rootless) return '0:0';
  if (facts.virtualMachine || own === undefined) return '993:990';
  if (own.uid !== 0) return `${own.uid}:${own.gid}`;
  const closed = code !== undefined && (code.mode & READ_AND_ENTER) !== READ_AND_ENTER;
  return closed ? `${code.uid}:${code.gid}` : '993:990';
}

interface UserAndGroup {
  readonly uid: number;
  readonly gid: number;
}

/** Of everybody, on a folder. */
const READ_AND_ENTER = 0o5;
