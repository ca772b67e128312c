/** From a start request to a running container. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { AwsError } from '../../../../protocol/awsError.ts';
import type { Clock } from '../../../clock.ts';
import { bootstrapFolder } from '../../../runtimes/bootstrapFiles.ts';
import type { EngineExit, EngineRuntime, EngineStart } from '../../engine.ts';
import type { EnvironmentSpec } from '../../environment.ts';
import { debugVariables, INSPECTOR_PORT, PRELOAD } from './containerDebug.ts';
import type { ContainerImages, ReadyImage } from './containerImage.ts';
import {
  ENVIRONMENT_LABEL,
  FUNCTION_LABEL,
  removeContainer,
  type ContainerLedger,
} from './containerLedger.ts';
import type { ContainerNetwork } from './containerNetwork.ts';
import { containerOptions, LAYERS_ROOT, TASK_ROOT } from './containerOptions.ts';
import { attachOutput } from './containerOutput.ts';
import { linkedPackages } from './containerLibraries.ts';
import { containerRuntime, inspectStarted } from './containerRuntime.ts';
import { containerVariables, profileFiles } from './containerVariables.ts';
import { statusOf, type DockerClient } from './dockerClient.ts';
import { because, dockerError } from './dockerError.ts';
import { ended, launchErrorOfRefusal, missingBootstrap } from './launchError.ts';

export interface EngineLacks {
  /** An init process for containers. */
  init: boolean;
  /** The right to raise limits (it runs in a container itself). */
  limits: boolean;
}

/** What containers of one host share. */
export interface ContainerHost {
  readonly client: DockerClient;
  readonly clock: Clock;
  readonly images: ContainerImages;
  readonly ledger: ContainerLedger;
  network(): Promise<ContainerNetwork>;
  /** The next {@link network} is another one, unless that was made already. Never rejects. */
  forgetNetwork(gone: ContainerNetwork): Promise<void>;
  readonly user: string;
  /** Containers run on this machine's own kernel. */
  readonly sameMachine: boolean;
  /** What most engines can do, and this one turned out not to. */
  readonly lacks: EngineLacks;
  layers(spec: EnvironmentSpec): Promise<string | undefined>;
}

export async function startContainer(host: ContainerHost, start: EngineStart): Promise<EngineRuntime> {
  for (let again = 0; ; again++) {
    try {
      return await attempt(host, start);
    } catch (error) {
      // What was taken for granted may have gone since (somebody prunes networks and images): looked at anew, once each.
      if (!(error instanceof Missing) || again === 3) throw refusal(start.spec, error);
      if (error.what === 'image') host.images.forget(start.spec);
      else if (error.what !== 'network') host.lacks[error.what] = true;
    }
  }
}

async function attempt(host: ContainerHost, start: EngineStart): Promise<EngineRuntime> {
  const { client, clock, ledger } = host;
  const { spec } = start;
  const debugged = spec.debugId !== undefined;
  const [image, network, layers, linked] = await Promise.all([
    host.images.ready(spec),
    host.network(),
    host.layers(spec),
    linkedPackages(spec),
  ]);
  const entryPoint = customBootstrap(spec, layers);
  if (entryPoint === 'missing') return neverStarted(missingBootstrap());
  const address = later<string>();
  const pid = later<number | undefined>();
  const port = await start.openRuntimeApi(network.bind(address.value));
  const shared = network.reach === 'shared';
  const options = containerOptions({
    name: ledger.nextName(spec.functionName, start.environmentId),
    labels: {
      ...ledger.labels,
      [ENVIRONMENT_LABEL]: start.environmentId,
      [FUNCTION_LABEL]: spec.functionName,
    },
    spec,
    image,
    network,
    user: host.user,
    variables: {
      ...containerVariables({
        spec,
        variables: start.variables,
        runtimeApi: `${network.hostName}:${port}`,
        endpoint: await endpointOf(start, network),
        command: commandOf(spec, image),
      }),
      ...(debugged ? debugVariables({ nodeOptions: spec.variables['NODE_OPTIONS'], shared }) : {}),
    },
    tmp: start.tmp,
    ...(layers === undefined ? {} : { layers }),
    ...(entryPoint === undefined ? {} : { entryPoint }),
    init: !host.lacks.init,
    lowLimits: host.lacks.limits,
    files: {
      ...linked,
      ...profileFiles(spec, start.variables),
      ...(debugged ? { [path.join(bootstrapFolder('node'), 'containerDebug.cjs')]: PRELOAD } : {}),
    },
    ...(debugged && !shared ? { publish: INSPECTOR_PORT } : {}),
  });
  let created: string | undefined;
  try {
    const container = await client.createContainer(options);
    created = container.id;
    const output = await attachOutput(container, {
      clock,
      output: (chunk, stream) => start.output(chunk, stream),
      pid: pid.value,
    });
    await container.start();
    const started = await inspectStarted(client, container.id, network.mode);
    address.tell(started.address);
    pid.tell(host.sameMachine && started.pid > 0 ? started.pid : undefined);
    return containerRuntime({
      client,
      started,
      sameMachine: host.sameMachine,
      output,
      image: spec.code.kind === 'image',
      memoryLimit: options.HostConfig?.Memory ?? Number.POSITIVE_INFINITY,
    });
  } catch (error) {
    address.tell('');
    if (created !== undefined) await removeContainer(client, created).catch(() => undefined);
    const launchError = launchErrorOfRefusal(because(error));
    if (launchError) return neverStarted(ended(launchError));
    const what = missing(error);
    if (what?.what === 'network') await host.forgetNetwork(network);
    throw what ?? error;
  }
}

/** `provided` runtimes bring their program; undefined where the image has it. */
function customBootstrap(spec: EnvironmentSpec, layers: string | undefined): string | undefined {
  if (spec.code.kind !== 'folder' || !/^(provided|go1\.x)/.test(spec.runtime ?? '')) return undefined;
  const has = (folder: string | undefined): boolean =>
    folder !== undefined && existsSync(path.join(folder, 'bootstrap'));
  if (has(spec.code.root)) return `${TASK_ROOT}/bootstrap`;
  return has(layers) ? `${LAYERS_ROOT}/bootstrap` : 'missing';
}

function commandOf({ code }: EnvironmentSpec, image: ReadyImage): readonly string[] {
  return (code.kind === 'image' ? code.command : undefined) ?? image.command;
}

/** Our API as the container reaches it, unless the user's variables name another endpoint. */
async function endpointOf(start: EngineStart, network: ContainerNetwork): Promise<string | undefined> {
  const own = start.variables['AWS_ENDPOINT_URL'];
  const chosen = start.spec.variables['AWS_ENDPOINT_URL'];
  return own === undefined || chosen !== undefined ? undefined : network.endpoint(own);
}

/** The engine lacks something that it had, or that most engines have. */
class Missing extends Error {
  readonly what: 'network' | 'image' | keyof EngineLacks;
  constructor(what: Missing['what'], cause: unknown) {
    super(because(cause), { cause });
    this.what = what;
  }
}

function missing(error: unknown): Missing | undefined {
  const words = because(error);
  if (/docker-init|container-init|catatonit|init binary/i.test(words)) return new Missing('init', error);
  if (/rlimit/i.test(words)) return new Missing('limits', error);
  if (statusOf(error) !== 404) return undefined;
  if (/network/i.test(words)) return new Missing('network', error);
  return /image/i.test(words) ? new Missing('image', error) : undefined;
}

function refusal(spec: EnvironmentSpec, error: unknown): unknown {
  if (error instanceof AwsError) return error;
  const words = because(error);
  const hint = /mounts denied|bind source path/i.test(words)
    ? ' The engine must be able to see the folders of this machine (Docker Desktop: Settings, Resources, File sharing).'
    : '';
  return dockerError(`Docker could not start a container for ${spec.functionName}: ${words}.${hint}`, error);
}

/** A value that is told later, at most once. */
function later<T>(): { readonly value: Promise<T>; tell(value: T): void } {
  let tell: (value: T) => void = () => undefined;
  const value = new Promise<T>(resolve => (tell = resolve));
  return { value, tell: told => tell(told) };
}

function neverStarted(exit: EngineExit): EngineRuntime {
  const nothing = (): Promise<undefined> => Promise.resolve(undefined);
  return {
    engine: 'docker',
    exited: Promise.resolve(exit),
    signal: () => undefined,
    memory: nothing,
    dispose: nothing,
  };
}
