/** Runs environments as containers (DESIGN.md, Execution environments, Docker engine). Nothing here is touched before one is needed. */
import { chmod, stat } from 'node:fs/promises';
import process from 'node:process';
import { withinWall, type Clock } from '../../../clock.ts';
import type { Engine, EngineRuntime, EngineStart } from '../../engine.ts';
import type { EnvironmentSpec } from '../../environment.ts';
import type { MergedLayers } from '../../layers/mergedLayers.ts';
import { extensionFiles, notStartedNotice } from '../extensionFiles.ts';
import { foreignCodeExplained } from '../architecture.ts';
import { containerImages, type ContainerImages } from './containerImage.ts';
import { ContainerLedger } from './containerLedger.ts';
import { openContainerNetwork, type ContainerNetwork, type OpenEndpoint } from './containerNetwork.ts';
import { RUNTIME_DIRECTORY, TASK_ROOT } from './containerOptions.ts';
import { openDockerClient, type DockerClient } from './dockerClient.ts';
import { because, dockerError } from './dockerError.ts';
import type { DockerSettings } from './dockerSettings.ts';
import { containerUser, reachOf, readEngineFacts, type EngineFacts } from './engineFacts.ts';
import { whyNoEngine } from './engineProbe.ts';
import { machineAddress } from './machineAddress.ts';
import { startContainer, type ContainerHost, type EngineLacks } from './startContainer.ts';

export interface DockerEngineOptions {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly layers: Pick<MergedLayers, 'of'>;
  readonly settings: DockerSettings;
  /** Opens the host's API on an address that containers reach; without it AWS_ENDPOINT_URL stays as it is. */
  readonly openEndpoint?: OpenEndpoint;
  /** Something that a user should know: an image is being pulled. */
  readonly notice: (severity: 'info' | 'warning' | 'error', message: string) => void;
}

/** Milliseconds of wall time that the end of the host waits for containers that are just being started. */
const START_GRACE = 2000;
/** And that the engine gets to remove what is there, at the end and for what an earlier host left. */
const REMOVAL_LIMIT = 10_000;

interface Connection {
  readonly client: DockerClient;
  readonly facts: EngineFacts;
  readonly images: ContainerImages;
  readonly lacks: EngineLacks;
}

export function createDockerEngine(options: DockerEngineOptions): Engine {
  const { clock, settings, notice } = options;
  const ledger = new ContainerLedger(options.stateDir);
  const starting = new Set<Promise<unknown>>();
  let connection: Promise<Connection> | undefined;
  let network: Promise<ContainerNetwork> | undefined;
  let closed = false;

  async function connect(): Promise<Connection> {
    const address = machineAddress(settings.address);
    const problem = await whyNoEngine(address);
    if (problem !== undefined || address.kind === 'unusable') throw dockerError(problem ?? address.text);
    ledger.note(address.text);
    const client = await openDockerClient(address);
    const facts = await readEngineFacts(client, process.platform);
    if (facts.osType !== 'linux') {
      throw dockerError(
        `The Docker engine at ${address.text} runs ${facts.osType} containers; Lambda's are Linux. Switch it to Linux containers.`,
      );
    }
    const images = containerImages({ client, clock, settings, architecture: facts.architecture, notice });
    return { client, facts, images, lacks: { init: false, limits: false } };
  }

  /** One attempt for all who wait for it; what failed is tried again by the next one. */
  function connected(): Promise<Connection> {
    connection ??= connect().catch((error: unknown) => {
      connection = undefined;
      throw error;
    });
    return connection;
  }

  function networked(): Promise<ContainerNetwork> {
    network ??= openNetwork().catch((error: unknown) => {
      network = undefined;
      throw error;
    });
    return network;
  }

  async function openNetwork(): Promise<ContainerNetwork> {
    const { client, facts } = await connected();
    return openContainerNetwork({
      client,
      reach: reachOf(facts, settings),
      name: `lamplight-${ledger.state}`,
      labels: ledger.labels,
      openEndpoint: options.openEndpoint,
    });
  }

  /** Two starts may find out the same: the network that was made meanwhile is not the one that is gone. */
  async function forgetNetwork(gone: ContainerNetwork): Promise<void> {
    const current = network;
    if ((await current?.catch(() => undefined)) === gone && network === current) network = undefined;
    await gone.release().catch(() => undefined);
  }

  // Read anew each time: it changes while a start waits.
  const isClosed = (): boolean => closed;

  async function start(request: EngineStart): Promise<EngineRuntime> {
    if (isClosed()) throw dockerError('The host is stopping.');
    const { client, facts, images, lacks } = await connected();
    const { code, debugId, functionName } = request.spec;
    if (debugId !== undefined && request.spec.runtime?.startsWith('python') === true)
      notice(
        'warning',
        `Python is not debugged in containers yet: ${functionName} runs without a debugger. Use --engine process.`,
      );
    const [folder] = await Promise.all([
      code.kind === 'folder' ? stat(code.root).catch(() => undefined) : undefined,
      // Whoever runs in the container must be able to write there, whatever user that is.
      chmod(request.tmp, 0o1777),
    ]);
    const host: ContainerHost = {
      client,
      clock,
      images,
      ledger,
      network: networked,
      forgetNetwork,
      lacks,
      user: containerUser(facts, ownUser(), folder),
      sameMachine: !facts.virtualMachine,
      layers: layersOf,
    };
    const runtime = await startContainer(host, request);
    if (!isClosed()) return runtime;
    await runtime.dispose();
    throw dockerError('The host is stopping.');
  }

  const layersOf = (spec: EnvironmentSpec): Promise<string | undefined> =>
    options.layers.of(spec, { mounted: true });

  /** All that takes long where it is done for the first time: a pull above all. Resolves to {@link layersOf}. */
  async function prepare(spec: EnvironmentSpec): Promise<string | undefined> {
    const { images } = await connected();
    const [layers] = await Promise.all([layersOf(spec), images.ready(spec), networked()]);
    return layers;
  }

  async function tracked(request: EngineStart): Promise<EngineRuntime> {
    const work = start(request);
    starting.add(work);
    try {
      return await work;
    } finally {
      starting.delete(work);
    }
  }

  return {
    name: 'docker',
    makesSandbox: true,
    warm(spec) {
      void prepare(spec).catch(() => undefined);
    },
    async prepare(spec) {
      const layers = await prepare(spec);
      const { facts } = await connected();
      const unstarted = notStartedNotice(spec.functionName, await extensionFiles(layers));
      return {
        ...(unstarted === undefined ? {} : { notice: unstarted }),
        taskRoot: TASK_ROOT,
        runtimeDirectory: RUNTIME_DIRECTORY,
        // Search paths and locale are the image's own.
        defaults: {},
        runtimeVersion: spec.code.kind === 'image' ? 'image' : (spec.runtime ?? ''),
        explain: error => foreignCodeExplained(spec.architecture, error, facts.architecture),
        start: tracked,
      };
    },
    start: tracked,
    async state() {
      const problem = await whyNoEngine(machineAddress(settings.address));
      return problem ?? (connection ? 'ready' : 'unused');
    },
    async sweep() {
      const noted = ledger.noted();
      if (noted === undefined) return [];
      const address = machineAddress(noted === '' ? settings.address : noted);
      const problem = await whyNoEngine(address);
      if (problem !== undefined || address.kind === 'unusable') {
        return [
          `An earlier run may have left containers (label lamplight.state=${ledger.state}). ${problem ?? ''}`,
        ];
      }
      try {
        const found = await inTime(ledger.sweep(await openDockerClient(address)));
        if (!connection) ledger.clear();
        return found;
      } catch (error) {
        return [`Containers that an earlier run left could not be removed: ${because(error)}.`];
      }
    },
    async close() {
      closed = true;
      const started = Promise.allSettled(starting).then(() => true);
      const isQuiet = await withinWall(clock, START_GRACE, started);
      const open = await withinWall(clock, START_GRACE, connection?.catch(() => undefined) ?? noConnection);
      if (!open) return;
      try {
        await inTime(removeAll(open.client));
        // What is made all the same, in the end, is the next host's to find.
        if (isQuiet) ledger.clear();
      } catch (error) {
        // The note stays: the next host removes what is left.
        notice('warning', `Containers could not be removed: ${because(error)}.`);
      }
    },
  };

  async function removeAll(client: DockerClient): Promise<void> {
    await ledger.removeOwn(client);
    await (await network?.catch(() => undefined))?.close();
  }

  /** An engine that does not answer must keep the host neither from starting nor from ending. */
  async function inTime<T>(work: Promise<T>): Promise<T> {
    const done = await withinWall(
      clock,
      REMOVAL_LIMIT,
      work.then(value => ({ value })),
    );
    if (!done) throw new Error(`the engine does not answer within ${REMOVAL_LIMIT / 1000} s`);
    return done.value;
  }
}

const noConnection = Promise.resolve(undefined);

function ownUser(): { readonly uid: number; readonly gid: number } | undefined {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}
