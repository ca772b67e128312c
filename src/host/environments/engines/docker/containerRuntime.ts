/** One running container as the lifecycle sees it: its exit, its signals, its memory, its end. */
import type { EngineExit, EngineRuntime } from '../../engine.ts';
import { engineWords, statusOf, type DockerClient, type DockerContainer } from './dockerClient.ts';
import { removeContainer } from './containerLedger.ts';
import { memoryReader } from './containerMemory.ts';
import type { ContainerOutput } from './containerOutput.ts';
import { containerDebugTarget, INSPECTOR_PORT } from './containerDebug.ts';
import { ended, launchErrorOf } from './launchError.ts';

/** Facts that the engine knows once a container runs. */
export interface StartedContainer {
  readonly id: string;
  /** Of its first process, on the engine's machine. */
  readonly pid: number;
  /** In our network; `''` where it has none. */
  readonly address: string;
  /** On 127.0.0.1, where the inspector's port was published. */
  readonly inspectorPort?: number;
}

/** One call to the engine; never rejects for a container that has already ended. */
export async function inspectStarted(
  client: DockerClient,
  id: string,
  network: string,
): Promise<StartedContainer> {
  const facts = await client.getContainer(id).inspect();
  const networks: Readonly<Record<string, { readonly IPAddress?: string } | undefined>> =
    facts.NetworkSettings.Networks;
  const ports = facts.NetworkSettings.Ports as Ports | null;
  const published = Number(ports?.[`${INSPECTOR_PORT}/tcp`]?.[0]?.HostPort ?? 0);
  return {
    id,
    pid: facts.State.Pid,
    address: networks[network]?.IPAddress ?? '',
    ...(published > 0 ? { inspectorPort: published } : {}),
  };
}

type Ports = Readonly<Record<string, readonly { readonly HostPort?: string }[] | null | undefined>>;

export function containerRuntime(options: {
  readonly client: DockerClient;
  readonly started: StartedContainer;
  /** Its pid means something on this machine. */
  readonly sameMachine: boolean;
  readonly output: ContainerOutput;
  /** The function is an image of its own. */
  readonly image: boolean;
  /** Bytes of memory that it may use. */
  readonly memoryLimit: number;
}): EngineRuntime {
  const { client, started, sameMachine, output, image } = options;
  const container = client.getContainer(started.id);
  const memory = memoryReader(client, started.id, sameMachine ? started.pid : 0, options.memoryLimit);
  let disposal: Promise<void> | undefined;
  return {
    engine: 'docker',
    containerId: started.id,
    ...(sameMachine && started.pid > 0 ? { pid: started.pid } : {}),
    exited: exitOf(container, output),
    signal(name) {
      // It may be gone already, or go while this is under way; `exited` tells either way.
      void container.kill({ signal: name }).catch(() => undefined);
    },
    pause: () => unlessEnded(container.pause()),
    resume: () => unlessEnded(container.unpause()),
    memory: async () => (await memory).read(),
    debugTarget: url => Promise.resolve(containerDebugTarget(url, started.inspectorPort, image)),
    keepsMemoryLimit: true,
    drain: () => output.drain(),
    dispose() {
      disposal ??= removeContainer(client, started.id);
      return disposal;
    },
  };
}

/** Nobody minds that it is gone (404), not running (409), or already as it is to be (409 or 500, by engine). */
async function unlessEnded(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const status = statusOf(error);
    if (status !== 409 && status !== 404 && !/already paused|not paused/.test(engineWords(error)))
      throw error;
  }
}

async function exitOf(container: DockerContainer, output: ContainerOutput): Promise<EngineExit> {
  let code: number;
  try {
    ({ StatusCode: code } = (await container.wait()) as { readonly StatusCode: number });
  } catch {
    // The engine itself went away, or removed it: nothing runs any more as far as anybody can tell.
    return { code: null, signal: 'SIGKILL', outOfMemory: false };
  }
  const outOfMemory = code === KILLED && (await wasOutOfMemory(container));
  await output.end;
  if (output.launchFailure) return ended(launchErrorOf(output.launchFailure));
  return exitFromStatus(code, outOfMemory);
}

async function wasOutOfMemory(container: DockerContainer): Promise<boolean> {
  try {
    return (await container.inspect()).State.OOMKilled;
  } catch {
    return false;
  }
}

const KILLED = 137;

/**
 * The engine tells an end by signal as 128 + its number, which a process can also return by itself. Only numbers of
 * signals that end a process unasked are taken for one: AWS's Node.js client exits with 128 and 129 of its own accord.
 */
const SIGNALS: Readonly<Record<number, NodeJS.Signals>> = {
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  136: 'SIGFPE',
  [KILLED]: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
};

export function exitFromStatus(status: number, outOfMemory: boolean): EngineExit {
  const signal = SIGNALS[status];
  return signal === undefined
    ? { code: status, signal: null, outOfMemory }
    : { code: null, signal, outOfMemory };
}
