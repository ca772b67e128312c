/** From an environment to what the engine is asked to create. Pure: every rule of isolation can be read and tested here. */
import type { EnvironmentSpec } from '../../environment.ts';
import type { ContainerCreateOptions, MountSettings } from './dockerClient.ts';
import { libraryMounts } from './containerLibraries.ts';
import type { ContainerNetwork } from './containerNetwork.ts';
import type { ReadyImage } from './containerImage.ts';

/** Folders as the process in the container sees them. */
export const TASK_ROOT = '/var/task';
export const LAYERS_ROOT = '/opt';
export const RUNTIME_DIRECTORY = '/var/runtime';

export interface ContainerPlan {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: EnvironmentSpec;
  readonly image: ReadyImage;
  readonly network: Pick<ContainerNetwork, 'mode' | 'extraHosts'>;
  /** `uid:gid` */
  readonly user: string;
  /** Where the image's own ENTRYPOINT is not the one: a custom runtime's bootstrap. */
  readonly entryPoint?: string;
  /** Complete. */
  readonly variables: Readonly<Record<string, string>>;
  /** Folder on this machine that becomes /tmp. */
  readonly tmp: string;
  /** All layers as one folder on this machine. */
  readonly layers?: string;
  /** The engine has an init process to offer (it reaps orphans and makes the runtime an ordinary process). */
  readonly init: boolean;
  /** The engine may not raise limits: it needs one of processes that it can set. */
  readonly lowLimits: boolean;
  /** Further read-only files: path on this machine → path in the container. */
  readonly files: Readonly<Record<string, string>>;
  /** A TCP port that is published on a free port of 127.0.0.1. */
  readonly publish?: number;
}

const MIB = 1024 * 1024;
/** AWS's limits of processes with threads, and of descriptors (spec/execution-environment.md §1.7). */
const MAX_PROCESSES = 1024;
const MAX_DESCRIPTORS = 1024;

export function containerOptions(plan: ContainerPlan): ContainerCreateOptions {
  const { spec, network, publish } = plan;
  const port = publish === undefined ? undefined : `${publish}/tcp`;
  const memory = spec.memorySize * MIB;
  const largestFile = spec.ephemeralStorage * MIB;
  return {
    name: plan.name,
    Image: plan.image.name,
    Labels: { ...plan.labels },
    User: plan.user,
    Env: Object.entries(plan.variables).map(([name, value]) => `${name}=${value}`),
    ...processOf(plan),
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    // A health check of the image would run in what AWS gives to the handler alone.
    Healthcheck: { Test: ['NONE'] },
    ...(port === undefined ? {} : { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      NetworkMode: network.mode,
      ExtraHosts: [...network.extraHosts],
      ...(port === undefined ? {} : { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }),
      Mounts: mounts(plan),
      ReadonlyRootfs: true,
      // The same number twice: no swap. An inspector needs memory of its own, which AWS never counts.
      ...(spec.debugId === undefined ? { Memory: memory, MemorySwap: memory } : {}),
      PidsLimit: MAX_PROCESSES,
      CapDrop: ['ALL'],
      // Labels of SELinux would have to be written to the user's own files.
      SecurityOpt: ['no-new-privileges', 'label=disable'],
      // No /dev/shm, as on AWS (§5.2).
      IpcMode: 'none',
      Ulimits: [
        { Name: 'nofile', Soft: MAX_DESCRIPTORS, Hard: MAX_DESCRIPTORS },
        // /tmp is a folder on disk, so that it survives a reset and is not counted as memory: this bounds each file.
        { Name: 'fsize', Soft: largestFile, Hard: largestFile },
        { Name: 'core', Soft: 0, Hard: 0 },
        // Counted over all processes of the user on this machine, so that it is only there where it has to be.
        ...(plan.lowLimits ? [{ Name: 'nproc', Soft: 4 * MAX_PROCESSES, Hard: 4 * MAX_PROCESSES }] : []),
      ],
      // Output is read as it comes (attach); the engine keeps none of it on disk.
      LogConfig: { Type: 'none', Config: {} },
      ...(plan.init ? { Init: true } : {}),
    },
  };
}

/** ENTRYPOINT, CMD and working directory (spec/execution-environment.md §5.3). */
function processOf({
  spec,
  entryPoint,
}: ContainerPlan): Pick<ContainerCreateOptions, 'Entrypoint' | 'Cmd' | 'WorkingDir'> {
  const { code } = spec;
  if (code.kind === 'image') {
    return {
      ...(code.entryPoint === undefined ? {} : { Entrypoint: [...code.entryPoint] }),
      ...(code.command === undefined ? {} : { Cmd: [...code.command] }),
      ...(code.workingDirectory === undefined ? {} : { WorkingDir: code.workingDirectory }),
    };
  }
  return {
    ...(entryPoint === undefined ? {} : { Entrypoint: [entryPoint] }),
    Cmd: [spec.handler ?? ''],
    WorkingDir: TASK_ROOT,
  };
}

function mounts(plan: ContainerPlan): MountSettings[] {
  const { spec, layers, tmp, files } = plan;
  const readOnly: [source: string, target: string][] = Object.entries(files);
  if (spec.code.kind === 'folder') {
    readOnly.push([spec.code.root, TASK_ROOT]);
    readOnly.push(...libraryMounts(spec.code.libraries ?? []));
  }
  if (layers !== undefined) readOnly.push([layers, LAYERS_ROOT]);
  return [
    ...readOnly.map(([Source, Target]) => ({ Type: 'bind', Source, Target, ReadOnly: true }) as const),
    { Type: 'bind', Source: tmp, Target: '/tmp' },
  ];
}
