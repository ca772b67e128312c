/** All execution environments of this host, and the engines that run them. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { AwsError } from '../../protocol/awsError.ts';
import type { AwsProfile } from '../../protocol/awsProfile.ts';
import type { EnvironmentSummary } from '../../protocol/model.ts';
import { assertRunsAsProcess, runsAsProcess } from '../runtimes/processLaunch.ts';
import { runtimeInfo } from '../runtimes/runtimeTable.ts';
import type { Clock } from '../clock.ts';
import type { Engine } from './engine.ts';
import type { OpenEndpoint } from './engines/docker/containerNetwork.ts';
import { createDockerEngine } from './engines/docker/dockerEngine.ts';
import { readDockerSettings, type DockerSettings } from './engines/docker/dockerSettings.ts';
import { ProcessEngine } from './engines/process/processEngine.ts';
import { ProcessLedger } from './engines/process/processLedger.ts';
import { SandboxEngine } from './engines/sandbox/sandboxEngine.ts';
import type {
  Environment,
  EnvironmentListener,
  Environments,
  EnvironmentSpec,
  SessionCredentials,
} from './environment.ts';
import { createMergedLayers } from './layers/mergedLayers.ts';
import { removeTree } from './removeTree.ts';
import { LocalEnvironment } from './life/localEnvironment.ts';

export interface EnvironmentsOptions {
  readonly clock: Clock;
  /** The host's state folder; `environments/` and `layers/` in it are ours. */
  readonly stateDir: string;
  /** The host's endpoint for AWS_ENDPOINT_URL; asked for at each start, so that the host may open it later. */
  readonly endpoint: () => string;
  readonly listener: EnvironmentListener;
  mintCredentials(functionName: string, environmentId: string): SessionCredentials;
  /** The user's own profile of AWS, for handlers that work with AWS itself; keys of the host where absent. */
  readonly profile?: AwsProfile | undefined;
  readonly engine: 'auto' | 'process' | 'sandbox' | 'docker';
  /** What the user chose about containers; the host's own variables say where absent. */
  readonly docker?: DockerSettings;
  /** Opens the host's API on an address that containers reach; without it AWS_ENDPOINT_URL stays as it is. */
  readonly openEndpoint?: OpenEndpoint;
  /** Program or installation folder per runtime identifier or language, from a setting. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Wall time after which an environment that has nothing to do is frozen; never where absent or 0. */
  readonly freezeAfterMs?: number;
  /** Start runtimes ahead of the functions that will need them; true where absent. */
  readonly ahead?: boolean;
  /** Where functions that run as processes find the AWS SDK that their projects lack (runtimes/sdkStorage.ts). */
  readonly sdkStorage?: string | undefined;
  /** The variables that lead to languages; the host's own where absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface LocalEnvironments extends Environments {
  /** Runtimes that are up and wait for a function: what the next cold starts will use. */
  startedAhead(): number;
  /** Why the engine that was asked for can't run anything on this machine, and what to do; undefined where it can, or where functions are told one by one. */
  whyUnusable(): Promise<string | undefined>;
  /** Folders that environments have as their code or as a layer. */
  foldersInUse(): readonly string[];
}

export function createEnvironments(options: EnvironmentsOptions): LocalEnvironments {
  const { clock, listener } = options;
  const folder = path.join(options.stateDir, 'environments');
  const ledger = new ProcessLedger(folder);
  const all = new Map<string, LocalEnvironment>();
  const layers = createMergedLayers({
    clock,
    stateDir: options.stateDir,
    inUse: () => [...all.values()].map(({ spec }) => spec),
    warn: message => listener.notice('warning', message),
  });
  const local = {
    clock,
    ahead: options.ahead ?? true,
    ledger,
    layers,
    sdkStorage: options.sdkStorage,
    launch: {
      env: options.env ?? process.env,
      cacheDirectory: path.join(options.stateDir, 'cache'),
      ...(options.programs ? { programs: options.programs } : {}),
    },
  };
  const processes = new ProcessEngine(local);
  const sandboxes = new SandboxEngine({ ...local, folder });
  const docker = createDockerEngine({
    stateDir: options.stateDir,
    clock,
    layers,
    settings: options.docker ?? readDockerSettings(options.env ?? process.env),
    ...(options.openEndpoint ? { openEndpoint: options.openEndpoint } : {}),
    notice: (severity, message) => listener.notice(severity, message),
  });
  const noticed = new Set<string>();
  let closed = false;

  const notice = (message: string): void => {
    if (noticed.has(message)) return;
    noticed.add(message);
    listener.notice('info', message);
  };

  /** Images need containers; everything else runs as a process where that was not ruled out and the language allows. */
  const engineFor = (spec: EnvironmentSpec): Engine => {
    if (options.engine === 'docker') return docker;
    const runtime = spec.code.kind === 'image' ? undefined : spec.runtime;
    if (options.engine === 'auto' && !runsAsProcess(runtime) && isKnown(runtime)) return docker;
    assertRunsAsProcess(runtime);
    return options.engine === 'sandbox' ? sandboxes : processes;
  };

  return {
    create(spec) {
      if (closed) throw new AwsError('ServiceException', 500, 'The host is stopping.');
      const engine = engineFor(spec);
      const id = ledger.newId();
      const date = new Date(clock.serviceNow()).toISOString().slice(0, 10).replaceAll('-', '/');
      const environment = new LocalEnvironment({
        id,
        spec,
        engine,
        clock,
        folder: path.join(folder, id),
        freezeAfterMs: options.freezeAfterMs ?? 0,
        logStream: `${date}/[${spec.version}]${id}`,
        endpoint: options.endpoint,
        profile: options.profile,
        mintCredentials: () => options.mintCredentials(spec.functionName, id),
        notice,
        listener: {
          changed: summary => listener.changed(summary),
          log: record => listener.log(record),
          ended(ended) {
            all.delete(ended);
            layers.clean();
            listener.ended(ended);
          },
        },
      });
      all.set(id, environment);
      return environment;
    },
    startedAhead: () => processes.startedAhead + sandboxes.startedAhead,
    async whyUnusable() {
      const state = options.engine === 'sandbox' ? await sandboxes.state() : 'ready';
      return state === 'ready' ? undefined : state;
    },
    foldersInUse: () =>
      [...all.values()].flatMap(({ spec: { code, layers: own } }) =>
        code.kind === 'folder' ? [code.root, ...own] : own,
      ),
    list: (): readonly EnvironmentSummary[] => [...all.values()].map(environment => environment.summary),
    get: (id): Environment | undefined => all.get(id),
    warm(spec) {
      try {
        engineFor(spec).warm?.(spec);
      } catch {
        // It cannot run here: create() says why when it is asked for.
      }
    },
    async engines() {
      return {
        process: await processes.state(),
        sandbox: await sandboxes.state(),
        docker: await docker.state(),
      };
    },
    async sweep() {
      const found = [...(await processes.sweep()), ...(await docker.sweep())];
      await layers.sweep();
      const names = await readdir(folder).catch(() => []);
      // Folders of this host's own environments carry its marker.
      for (const name of names.filter(
        each => !each.startsWith(ledger.marker) && /^[0-9a-f]{32}$/.test(each),
      )) {
        await removeTree(path.join(folder, name)).catch((error: unknown) => {
          // A start that fails for it would never get to work again.
          listener.notice('warning', `${path.join(folder, name)} could not be removed: ${String(error)}`);
        });
      }
      return found;
    },
    async close() {
      closed = true;
      await Promise.all([...all.values()].map(environment => environment.stop('spindown')));
      await Promise.all([processes.close(), sandboxes.close(), docker.close()]);
      await layers.close();
    },
  };
}

/** An image, or one of Lambda's identifiers. */
function isKnown(runtime: string | undefined): boolean {
  return runtime === undefined || runtimeInfo(runtime) !== undefined;
}
