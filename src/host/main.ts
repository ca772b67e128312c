/**
 * The composition of the host: one explicit list of services, start, one ready message, orderly stop.
 *
 * Nothing here decides anything; what a room needs of a room above it is handed over as a function.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { HostInfo } from '../protocol/hostInfo.ts';
import { refusalOfAnyCredentials } from '../protocol/serviceEndpoint.ts';
import { VERSION } from '../protocol/version.ts';
import type { LambdaServiceOptions } from './api/call.ts';
import { createLambdaService } from './api/lambdaService.ts';
import { putProvisioned } from './api/provisionedConcurrency.ts';
import { sleepWall, systemClock } from './clock.ts';
import { codeChanges } from './control/codeChanges.ts';
import { createControlService } from './control/controlService.ts';
import { functionCode } from './control/functionCode.ts';
import { createLife } from './control/life.ts';
import { createNews } from './control/news.ts';
import { createElsewhere } from './delivery/elsewhere.ts';
import { createS3Objects } from './delivery/s3Object.ts';
import { createUpstreamClient } from './delivery/upstreamClient.ts';
import { createEnvironments } from './environments/environments.ts';
import { createCodeSigningConfigs } from './functions/codeSigningConfigs.ts';
import { createEventSourceMappings } from './functions/eventSourceMappings.ts';
import { createFunctionStore } from './functions/functionStore.ts';
import { createFunctionActions } from './functions/functionActions.ts';
import { recursiveLoop } from './functions/recursiveLoop.ts';
import { createLayerActions } from './functions/layers/layerActions.ts';
import { functionMigrations } from './functions/schema.ts';
import { createWorkspaceFunctions } from './functions/workspaceFunctions.ts';
import { createGateway } from './gateway/gateway.ts';
import { openKeys } from './gateway/keys.ts';
import { createAliasDraws } from './invoke/aliasDraws.ts';
import { createDebugSessions } from './invoke/debugSessions.ts';
import { createHistory } from './invoke/history.ts';
import { FREEZE_AFTER_MS, type Host, type HostOptions, type HostWorkspace } from './host.ts';
import { createAsynchronous } from './invoke/asynchronous/asynchronous.ts';
import { createFaultRules } from './invoke/faults/faultRules.ts';
import { createInvoker } from './invoke/invoker.ts';
import { createLeftBehindNotices } from './invoke/leftBehindNotices.ts';
import { createMetrics, metricMigrations } from './invoke/metricStore.ts';
import { replay } from './invoke/replay.ts';
import { ACCOUNT_CONCURRENCY, createScaling } from './invoke/scaling.ts';
import { invokeMigrations } from './invoke/schema.ts';
import { createAutoScaling } from './services/applicationAutoScaling/autoScaling.ts';
import { createEmbeddedServices, serviceMigrations } from './services/embedded.ts';
import { createUndeliveredNotices } from './services/sns/undeliveredNotices.ts';
import { openDatabase } from './state/database.ts';
import { removeHostFile, writeHostFile } from './state/hostFile.ts';
import { onLastPort } from './state/lastPort.ts';
import { claimState } from './state/stateClaim.ts';
import { clockMigrations, clockStore } from './time/clockState.ts';
import { openDrivenClock } from './time/drivenClock.ts';
import { createOpened, type Opened } from './opened.ts';
import { createUrlListeners } from './triggers/functionUrls/urlListeners.ts';

/** Wall time that running invocations get when the host stops. */
const STOP_PATIENCE_MS = 1_000;

/**
 * Starts a host on its state folder. Rejects with a message for the user when that can't be: the port is taken, the
 * folder can't be written, another host has it, the options don't go together. Whatever had been opened by then is closed again.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const refusal = options.acceptAnyCredentials
    ? refusalOfAnyCredentials(options.serviceEndpoints ?? [])
    : undefined;
  if (refusal !== undefined) throw new Error(refusal);
  const stateDir = path.resolve(options.stateDir);
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const opened = createOpened();
  try {
    return await compose({ ...options, stateDir }, opened);
  } catch (error) {
    // Why it could not start is what counts.
    await opened.closeAll(() => undefined);
    throw error;
  }
}

/**
 * AWS has nothing above /var/task. Here Node.js would go on to look for a package.json in the folders above the state
 * folder, and one in the user's home with `"type": "module"` would make ES modules of the handlers in all zips.
 */
async function endPackageScope(stateDir: string): Promise<void> {
  await writeFile(path.join(stateDir, 'package.json'), '{}\n', { mode: 0o600 });
}

async function compose(options: HostOptions, opened: Opened): Promise<Host> {
  const onClose = (close: () => unknown): void => opened.add(close);
  const began = performance.now();
  const { stateDir, region, accountId } = options;
  const machine = systemClock();
  const accountLimit = options.accountConcurrency ?? ACCOUNT_CONCURRENCY;
  const maxEnvironments = options.maxEnvironments ?? Math.max(16, 8 * availableParallelism());

  // How it ends; used by much of what follows.
  let tellStopped: (reason: string) => void = () => undefined;
  const stopped = new Promise<string>(resolve => (tellStopped = resolve));
  let stopping: Promise<void> | undefined;
  const stop = (reason: string): Promise<void> =>
    (stopping ??= (async () => {
      news.flush();
      news.hub.close(reason);
      await opened.closeAll(error => notice('error', `At its end: ${describeError(error)}`));
      news.flush();
      tellStopped(reason);
    })());

  // What is known to clients.
  let workspace: HostWorkspace | undefined;
  const life = createLife(machine, options.foreground, reason => void stop(reason));
  const news = createNews({
    clock: machine,
    clientsChanged: count => life.clientsChanged(count),
    onEvents: options.onEvents,
  });
  const { publish, notice } = news;

  // State.
  const claim = claimState(stateDir);
  onClose(() => claim.release());
  await endPackageScope(stateDir);
  const schema = [functionMigrations, invokeMigrations, metricMigrations, clockMigrations, serviceMigrations];
  const database = openDatabase(path.join(stateDir, 'lamplight.db'), machine, schema.flat());
  onClose(() => database.close());
  const clock = openDrivenClock(machine, clockStore(database), error =>
    notice('error', `The clock stands still, for its time can't be stored: ${describeError(error)}`),
  );
  onClose(() => clock.close());
  clock.onChange(state => publish({ type: 'clock', clock: state }));
  const keys = openKeys(stateDir);
  const foldersInUse = (): readonly string[] => environments.foldersInUse();
  const scope = { database, clock, accountId, region };
  const functions = createFunctionStore({ ...scope, stateDir, publish, foldersInUse });
  onClose(() => functions.close());
  const codeSigningConfigs = createCodeSigningConfigs(database);
  const eventSourceMappings = createEventSourceMappings({ database, clock, scope: { accountId, region } });
  onClose(() => eventSourceMappings.close());
  const history = createHistory(database, clock, error =>
    notice('error', `Invocations are missing from the history: ${describeError(error)}`),
  );
  onClose(() => history.close());
  const metrics = createMetrics(database, clock, error =>
    notice('error', `Metrics are missing: ${describeError(error)}`),
  );
  onClose(() => metrics.close());

  const faults = createFaultRules({ database, clock, publish, notice });
  onClose(() => faults.close());

  // Execution.
  let endpoint = '';
  const environments = createEnvironments({
    clock,
    stateDir,
    engine: options.engine,
    sdkStorage: options.sdkStorage,
    freezeAfterMs: options.freezeAfterMs ?? FREEZE_AFTER_MS,
    endpoint: () => endpoint,
    profile: options.profile,
    openEndpoint: (address, hosts, allowFrom) => gateway.listenAlso(address, hosts, allowFrom),
    mintCredentials: (functionName, environmentId) => keys.mint(functionName, environmentId),
    listener: {
      changed: environment => publish({ type: 'environment', environment }),
      log: record => news.log(record),
      ended: id => pools.forget(id),
      notice,
    },
  });
  onClose(() => environments.close());
  const scaling = createScaling({
    clock,
    functions,
    environments,
    metrics,
    accountLimit,
    maxEnvironments,
    region,
    accountId,
    throttled: (throttle, now) => news.throttle(throttle, now),
  });
  onClose(() => scaling.close());
  const { pools, gate, limits, provisioner } = scaling;
  const debug = createDebugSessions({
    // An alias of two versions is debugged in the one that gets the rest.
    versionOf: (name, qualifier) => functions.get(name, qualifier)?.version,
    changed: (name, version, endedDebugId) => {
      pools.drain(name, version);
      if (endedDebugId !== undefined) pools.endDebugged(endedDebugId);
    },
  });
  const invoker = createInvoker({
    clock,
    functions,
    pools,
    debug,
    draws: createAliasDraws(options.seed),
    history,
    region,
    accountId,
    metrics,
    gate,
    faults,
    streamBandwidth: options.streamBandwidth,
    mayLoop: name => recursiveLoop(functions.settings).get(name) === 'Allow',
    observed: invocation => news.invocation(invocation),
    leftBehind: createLeftBehindNotices(clock, record => news.log(record)),
  });
  const upstream = options.upstream === undefined ? undefined : createUpstreamClient(options.upstream, clock);
  onClose(() => upstream?.close());
  const elsewhere = createElsewhere(options.serviceEndpoints ?? [], clock, message =>
    notice('info', message),
  );
  onClose(() => elsewhere.close());
  const embedded = createEmbeddedServices({
    ...scope,
    upstream,
    pointed: arn => elsewhere.of(arn),
    owner: keys.owner,
    invoke: request => asynchronous.invoke(request),
    undelivered: createUndeliveredNotices(message => notice('warning', message)),
    failed: error => notice('error', `What was published can't be delivered: ${describeError(error)}`),
  });
  onClose(() => embedded.close());
  const asynchronous = createAsynchronous({
    database,
    clock,
    functions,
    targets: embedded.targets,
    metrics,
    faults,
    width: maxEnvironments,
    invoke: request => invoker.invoke(request),
    currentOf: environmentId => invoker.currentOf(environmentId),
    isOff: name => limits().reserved.get(name) === 0,
    notice,
    pendingChanged: pending => publish({ type: 'pendingEvents', pending }),
  });
  onClose(() => asynchronous.close());
  onClose(() => Promise.race([invoker.idle(), sleepWall(clock, STOP_PATIENCE_MS)]));
  onClose(() => asynchronous.pause());
  functions.onChange((name, kind) => {
    if (kind === 'deleted') news.logs.forget(name);
  });

  // The services on the one endpoint.
  const gateway = createGateway({
    port: options.port ?? 0,
    region,
    accountId,
    keys,
    clock,
    acceptAnyCredentials: options.acceptAnyCredentials,
    upstream: options.upstream,
    pointed: elsewhere.pointed,
    allowedOrigins: options.allowedOrigins,
    reportError: (error, what) => notice('error', `${what}: ${describeError(error)}`),
  });
  const urls = createUrlListeners({ functions, clock, region, notice });
  onClose(() => urls.close());
  const lambda: LambdaServiceOptions = {
    functions,
    codeSigningConfigs,
    eventSourceMappings,
    lookup: embedded.lookup,
    urls,
    enforcePolicies: options.enforcePolicies ?? false,
    objects: createS3Objects(upstream, arn => elsewhere.of(arn)),
    clock,
    region,
    accountId,
    concurrencyLimit: accountLimit,
    provisioner,
    owner: keys.owner,
    invoke: request => asynchronous.invoke(request),
  };
  gateway.register(createLambdaService(lambda));
  const autoScaling = createAutoScaling({
    ...{ database, clock, metrics, functions, region, accountId },
    provision: (name, qualifier, amount) => void putProvisioned(lambda, name, qualifier, amount),
  });
  onClose(() => autoScaling.close());
  for (const service of [...embedded.services, autoScaling.service]) gateway.register(service);
  gateway.register(
    createControlService({
      hub: news.hub,
      logs: news.logs,
      history,
      replay: (requestId, query) =>
        replay({ history, invoke: request => invoker.invoke(request) }, requestId, query),
      metrics,
      asynchronous,
      clock,
      faults,
      debug,
      environments,
      functions: () => functions.summaries(),
      code: (name, qualifier) => functionCode(functions, name, qualifier),
      codeChanges: (name, from, to) => codeChanges(functions, name, from, to, stateDir),
      functionActions: createFunctionActions(functions),
      layers: createLayerActions(functions),
      snapshot: () => {
        // What waits is part of the snapshot: it must not come after it.
        news.flush();
        return {
          type: 'snapshot',
          functions: functions.summaries(),
          layers: functions.layers.summaries(),
          environments: environments.list(),
          invocations: news.invocations(),
          problems: news.problems(),
          clock: clock.status(),
          pendingEvents: asynchronous.pending(),
          faults: faults.list(),
          throttles: news.throttles(),
        };
      },
      status: async engines => ({
        version: VERSION,
        pid: process.pid,
        uptimeMs: Math.round(performance.now() - began),
        functions: functions.list().length,
        environments: environments.list().length,
        maxEnvironments,
        waiting: pools.waiting,
        ...(engines ? { engines: await environments.engines() } : {}),
        ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
        rssBytes: process.memoryUsage.rss(),
        ...(stopping === undefined ? {} : { stopping: true }),
      }),
      sync: async files => (await workspace?.sync(files)) ?? [],
      stop: reason => void stop(reason),
    }),
  );

  const unusable = await environments.whyUnusable();
  if (unusable !== undefined) throw new Error(unusable);
  for (const what of await environments.sweep()) {
    notice('info', `Removed what an earlier host left behind: ${what}`);
  }
  await functions.sweep();
  ({ endpoint } = await onLastPort(stateDir, port => gateway.listen(port)));
  await urls.start();
  // Nothing new comes in from here on; answers under way go out while what is behind them ends.
  onClose(() => void gateway.close());

  const info: HostInfo = {
    endpoint,
    region,
    accountId,
    credentials: keys.owner,
    pid: process.pid,
    version: VERSION,
    foreground: options.foreground,
    ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
    stateDir,
  };
  const host: Host = {
    info,
    deployments: createWorkspaceFunctions(functions),
    functions: () => functions.summaries(),
    publish,
    attachWorkspace: attached => {
      workspace = attached;
      // It came too late to be disposed of with the rest.
      if (stopping !== undefined) void attached.dispose();
    },
    stop,
    stopped,
  };
  onClose(() => life.close());
  onClose(() => workspace?.dispose());
  await options.beforeReady?.(host);
  // Somebody may have stopped it meanwhile.
  if (stopping === undefined) {
    // By now what the workspace declares is there.
    asynchronous.start();
    embedded.start();
    provisioner.start();
    const written = writeHostFile(info);
    onClose(async () => {
      // A stop that comes while it is written must not be overtaken by it.
      await written.catch(() => undefined);
      await removeHostFile(stateDir);
    });
    await written;
    life.ready();
  }
  return host;
}

const describeError = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
