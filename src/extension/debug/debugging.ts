import * as vscode from 'vscode';
import { pendingEvent, retryEvent } from '../../client/asynchronous.ts';
import { AwsCallError } from '../../client/callError.ts';
import type { DebugTarget, EnvironmentSummary, FunctionSummary } from '../../protocol/model.ts';
import { DEBUG_TYPE } from '../contributions.ts';
import type { EventReference } from '../events/eventReference.ts';
import type { Events } from '../events/events.ts';
import { t } from '../localize.ts';
import { codePlaces } from '../project/codePlaces.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { HostSession } from '../host/hostSession.ts';
import type { Project } from '../project/project.ts';
import type { ShownPaths } from '../project/shownPaths.ts';
import type { Projects } from '../project/projects.ts';
import { functionErrorOf } from '../../client/functionError.ts';
import { resultDocument } from '../result/resultDocument.ts';
import type { Results } from '../result/results.ts';
import { prettyJson } from '../result/resultText.ts';
import { shortId } from '../views/format.ts';
import { versionNamed } from '../versions/versionNamed.ts';
import { ConfigurationProvider, configurationOf, DynamicConfigurations } from './configurationProvider.ts';
import type { ProviderDependencies } from './configurationProvider.ts';
import { builtFrom, divisionNote, sourceRootOf } from './debuggedVersion.ts';
import { DebugRun } from './debugRun.ts';
import type { DebugSurroundings } from './debugRun.ts';
import { debugPlan, EVENT_FIELD, PENDING_FIELD } from './launchConfiguration.ts';
import type { DebugPlan } from './launchConfiguration.ts';
import type { ChildConfiguration } from './environmentMark.ts';
import { nodeAttach } from './nodeAttach.ts';
import { Pauses } from './pauses.ts';
import { environmentOf, PauseTrackers } from './pauseTracker.ts';
import { copiedFiles } from './python/copiedFiles.ts';
import { pythonAttach } from './python/pythonAttach.ts';
import { PythonDebugging } from './python/pythonDebugging.ts';
import { RootAdapter } from './rootAdapter.ts';

export interface DebugOptions {
  readonly event?: EventReference;
  readonly qualifier?: string | undefined;
  /** Wait for invocations of others instead of invoking. */
  readonly attach?: boolean;
  /** Request id of a queued event: its next attempt runs now, instead of an invocation. */
  readonly pending?: string;
}

/** js-debug takes a good part of a second to load: it does while host and environment start, not only after them. */
function loadDebugger(): void {
  // Whether it can be had is told by the attempt to attach.
  void vscode.extensions
    .getExtension('ms-vscode.js-debug')
    ?.activate()
    .then(undefined, () => undefined);
}

/** Debugging of handlers: the debug type `lamplight`, its root sessions and their children. */
export class Debugging implements vscode.DebugAdapterDescriptorFactory {
  readonly #projects: Projects;
  readonly #events: Events;
  readonly #results: Results;
  readonly #needs: Pick<ProviderDependencies, 'qualifier'>;
  readonly #provider: ConfigurationProvider;
  /** The root session of each function version that is being debugged: it has one at a time. */
  readonly #roots = new Map<string, vscode.DebugSession>();
  readonly #python: PythonDebugging;
  readonly #disposables: readonly { dispose(): unknown }[];

  constructor(needs: ProviderDependencies, events: Events, results: Results) {
    this.#results = results;
    this.#projects = needs.projects;
    this.#events = events;
    this.#needs = needs;
    this.#provider = new ConfigurationProvider(needs);
    const hostOf = (environmentId: string): HostSession | undefined =>
      this.#projects.all().find(one => one.store.environment(environmentId) !== undefined)?.connection
        .session;
    const pauses = new Pauses(async (debugId, environmentId, paused) => {
      await hostOf(environmentId)?.setPaused(debugId, environmentId, paused);
    });
    this.#python = new PythonDebugging(async ({ debugId, environmentId }, address) => {
      await hostOf(environmentId)?.connectDebugger(debugId, environmentId, address);
    });
    this.#disposables = [
      this.#python,
      vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, this.#provider),
      vscode.debug.registerDebugConfigurationProvider(
        DEBUG_TYPE,
        new DynamicConfigurations(this.#projects),
        vscode.DebugConfigurationProviderTriggerKind.Dynamic,
      ),
      vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, this),
      vscode.debug.registerDebugAdapterTrackerFactory('*', new PauseTrackers(pauses)),
      vscode.debug.onDidStartDebugSession(session => {
        // js-debug calls its own session "Remote Process [0]", whichever function it is.
        const child = environmentOf(session)?.child;
        if (child !== undefined && child !== session) session.name = child.name;
      }),
      vscode.debug.onDidTerminateDebugSession(session => {
        for (const [key, root] of this.#roots) if (root.id === session.id) this.#roots.delete(key);
      }),
    ];
  }

  /** Starts debugging a function as if a launch.json asked for it. */
  async start(target: FunctionTarget, options: DebugOptions = {}): Promise<void> {
    const { event, qualifier, attach, pending } = options;
    if (event !== undefined) this.#events.chosen.set(target.project, target.name, event);
    await vscode.debug.startDebugging(target.project.folder, {
      ...configurationOf(target, qualifier ?? this.#needs.qualifier(target)),
      ...(attach === true ? { request: 'attach' } : {}),
      ...(event === undefined ? {} : { [EVENT_FIELD]: event }),
      ...(pending === undefined ? {} : { [PENDING_FIELD]: pending }),
    });
  }

  /** The function whose handler the cursor of the active editor is in. */
  handlerAtCursor(): Promise<FunctionTarget | undefined> {
    return this.#provider.handlerAtCursor();
  }

  async createDebugAdapterDescriptor(
    session: vscode.DebugSession,
  ): Promise<vscode.DebugAdapterDescriptor | undefined> {
    const { configuration, workspaceFolder } = session;
    const project =
      (workspaceFolder === undefined ? undefined : this.#projects.of(workspaceFolder.uri)) ??
      this.#projects.all().find(one => one.store.function(String(configuration['function'])) !== undefined);
    const plan = project === undefined ? undefined : debugPlan(configuration, project.path);
    if (project === undefined || plan === undefined || 'mistake' in plan) return undefined;
    if (plan.debug) loadDebugger();
    await this.#makeRoom(session, project, plan);
    return new vscode.DebugAdapterInlineImplementation(
      new RootAdapter(
        plan.functionName,
        (write, ended) => new DebugRun(plan, this.#surroundings(session, project, plan, write, ended)),
      ),
    );
  }

  /** The host would end an earlier session of the same function version; its root must know. */
  async #makeRoom(session: vscode.DebugSession, project: Project, plan: DebugPlan): Promise<void> {
    if (!plan.debug) return;
    const version = versionNamed(project.store.function(plan.functionName)?.live, plan.qualifier);
    const key = [project.folder.uri.toString(), plan.functionName, version].join(' ');
    const earlier = this.#roots.get(key);
    this.#roots.set(key, session);
    if (earlier !== undefined && earlier.id !== session.id) await vscode.debug.stopDebugging(earlier);
  }

  #surroundings(
    session: vscode.DebugSession,
    project: Project,
    plan: DebugPlan,
    write: DebugSurroundings['write'],
    ended: () => void,
  ): DebugSurroundings {
    const name = plan.functionName;
    const live = (): FunctionSummary | undefined => project.store.function(name)?.live;
    return {
      note: () => divisionNote(live(), plan.qualifier),
      settle: signal => project.settle(signal),
      host: () => project.connection.ensure(),
      hostEvents: project.connection.onEvent,
      retry: async requestId => retryEvent((await project.connection.ensure()).client, requestId),
      isOver: async requestId => {
        const { client } = await project.connection.ensure();
        return pendingEvent(client, requestId).then(
          ({ state }) => state === 'waiting',
          (error: unknown) => {
            if (error instanceof AwsCallError && error.status === 404) return true;
            throw error;
          },
        );
      },
      eventText: async event =>
        this.#events.text(event === 'current' ? await this.#events.current(project, name) : event),
      attach: async environment => {
        const { debug } = environment;
        if (debug === undefined) return false;
        const { declared } = project.store.function(name) ?? {};
        const copied = sourceRootOf(live()?.codeRoot, project.paths.real, environment.version);
        // Python has no maps: what a tool built is known by its sources' text.
        const sourceRoot = debug.language === 'python' ? (copied ?? builtFrom(declared)) : copied;
        const child = await this.#childOf(environment, debug, plan, project.paths, sourceRoot);
        return vscode.debug.startDebugging(session.workspaceFolder, child, {
          parentSession: session,
          lifecycleManagedByParent: true,
          compact: true,
          consoleMode: vscode.DebugConsoleMode.MergeWithParent,
          suppressSaveBeforeStart: true,
        });
      },
      describe: async answer => {
        const error = answer.functionError === undefined ? undefined : functionErrorOf(answer.payload);
        const body = error ?? prettyJson(answer.payload);
        const { text } = await resultDocument([{ title: '', body }], codePlaces({ project, name }));
        return text;
      },
      result: (requestId, startedAt) => {
        const uri = this.#results.place({ project, name }, requestId, startedAt);
        // VS Code puts a line number behind it: with the time that is in the tab's title it would look like one.
        return { name: t('{0} result', name), path: uri.toString() };
      },
      write,
      ended,
    };
  }

  /** The debugger's configuration for an environment of the plan's function. */
  async #childOf(
    { id }: EnvironmentSummary,
    target: DebugTarget,
    plan: DebugPlan,
    paths: ShownPaths,
    sourceRoot: string | undefined,
  ): Promise<ChildConfiguration> {
    const name = `${plan.functionName} ${shortId(id)}`;
    if (target.language === 'node') return nodeAttach(name, target, id, { ...plan, paths, sourceRoot });
    const debugpy = await this.#python.debugpyFor(target, plan.functionName);
    const copy = target.remoteRoot ?? target.localRoot;
    const copies = sourceRoot === undefined ? [] : await copiedFiles(sourceRoot, target.localRoot, copy);
    return pythonAttach(name, target, id, { ...plan, paths, debugpy, copies });
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
