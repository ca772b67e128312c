import * as vscode from 'vscode';
import { handlerAt } from '../codelens/handlerPlaces.ts';
import { handlersIn } from '../codelens/handlersIn.ts';
import { DEBUG_TYPE } from '../contributions.ts';
import type { EventReference } from '../events/eventReference.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Projects } from '../project/projects.ts';
import { canDebug, runtimeOf } from '../views/functionRows.ts';
import { LATEST, calledName } from '../versions/latest.ts';
import { debugPlan } from './launchConfiguration.ts';
import type { LaunchConfiguration } from './launchConfiguration.ts';

/** What the provider asks of the rest of the extension. */
export interface ProviderDependencies {
  readonly projects: Projects;
  /** Lets the user choose one of the functions; undefined where they left. */
  pickFunction(): Promise<FunctionTarget | undefined>;
  /** Invokes without a debugger. */
  invoke(target: FunctionTarget): Promise<void>;
  /** The version or alias that is chosen for the function, `$LATEST` where none is. */
  qualifier(target: FunctionTarget): string;
  /** True when the event can be used; what is wrong with it was shown where it stands. */
  checkEvent(target: FunctionTarget, event: EventReference | 'current'): Promise<boolean>;
}

/** A configuration for a function, as a lens, the tree or the list of dynamic configurations starts it. */
export function configurationOf(
  { name }: FunctionTarget,
  qualifier = LATEST,
): LaunchConfiguration & vscode.DebugConfiguration {
  return {
    type: DEBUG_TYPE,
    request: 'launch',
    name: t('Debug {0}', calledName(name, qualifier)),
    function: name,
    ...(qualifier === LATEST ? {} : { qualifier }),
  };
}

/** Completes and checks configurations, wherever they come from. */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  readonly #needs: ProviderDependencies;

  constructor(needs: ProviderDependencies) {
    this.#needs = needs;
  }

  /** What a new launch.json begins with. */
  async provideDebugConfigurations(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration[]> {
    const target = await this.handlerAtCursor();
    return target === undefined
      ? debuggableIn(this.#needs.projects, folder)
      : [configurationOf(target, this.#needs.qualifier(target))];
  }

  /** F5 without a launch.json hands over an empty configuration: it becomes the handler at the cursor. */
  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const given: Readonly<Record<string, unknown>> = configuration;
    const isEmpty = given['type'] === undefined && given['request'] === undefined;
    if (!isEmpty && typeof given['function'] === 'string' && given['function'] !== '') return configuration;
    const target = (await this.handlerAtCursor()) ?? (await this.#needs.pickFunction());
    if (target === undefined) return undefined;
    const base = configurationOf(target, this.#needs.qualifier(target));
    return isEmpty ? base : { ...configuration, function: target.name };
  }

  /** The function whose handler the cursor is in. */
  async handlerAtCursor(): Promise<FunctionTarget | undefined> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return undefined;
    await this.#needs.projects.of(editor.document.uri)?.discovered();
    const found = handlersIn(this.#needs.projects, editor.document);
    const place = found && handlerAt(found.places, editor.selection.active.line);
    return found === undefined || place === undefined
      ? undefined
      : { project: found.project, name: place.name };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const project = await this.#projectOf(folder, configuration);
    if (project === undefined) return undefined;
    const plan = debugPlan(configuration, project.path);
    if ('mistake' in plan) {
      void vscode.window.showErrorMessage(t('{0}: {1}', configuration.name, plan.mistake), { modal: true });
      return undefined;
    }
    const target: FunctionTarget = { project, name: plan.functionName };
    const entry = project.store.function(plan.functionName);
    // A function that was created over the API is known only to the host.
    if (entry !== undefined && plan.debug && !canDebug(entry)) {
      if (plan.pending === undefined) await this.#offerInvoke(target, runtimeOf(entry));
      else
        void vscode.window.showInformationMessage(
          t(
            '{0} runs on {1}, which Lamplight can’t debug yet. The event stays in the queue.',
            target.name,
            runtimeOf(entry),
          ),
        );
      return undefined;
    }
    if (plan.event !== undefined && !(await this.#needs.checkEvent(target, plan.event))) return undefined;
    return configuration;
  }

  async #offerInvoke(target: FunctionTarget, runtime: string): Promise<void> {
    const invoke = t('Invoke');
    const choice = await vscode.window.showInformationMessage(
      t(
        '{0} runs on {1}, which Lamplight can’t debug yet; so far it debugs Node.js and Python. It can be invoked.',
        target.name,
        runtime,
      ),
      invoke,
    );
    if (choice === invoke) await this.#needs.invoke(target);
  }

  /** The configuration's folder; for one of the whole workspace, the folder that has the function. */
  async #projectOf(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<FunctionTarget['project'] | undefined> {
    const { projects } = this.#needs;
    const name: unknown = configuration['function'];
    const own = folder === undefined ? undefined : projects.of(folder.uri);
    await Promise.all((own === undefined ? projects.all() : [own]).map(project => project.discovered()));
    const found =
      own ??
      projects
        .all()
        .find(project => typeof name === 'string' && project.store.function(name) !== undefined) ??
      projects.all()[0];
    if (found === undefined)
      void vscode.window.showErrorMessage(t('Open the folder that declares the function first.'));
    return found;
  }
}

/** One configuration for each function that can be debugged: the entries below "Lamplight…" in the debug list. */
export class DynamicConfigurations implements vscode.DebugConfigurationProvider {
  readonly #projects: Projects;

  constructor(projects: Projects) {
    this.#projects = projects;
  }

  provideDebugConfigurations(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration[]> {
    return debuggableIn(this.#projects, folder);
  }
}

async function debuggableIn(
  all: Projects,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<vscode.DebugConfiguration[]> {
  const own = folder === undefined ? undefined : all.of(folder.uri);
  const projects = own === undefined ? all.all() : [own];
  await Promise.all(projects.map(project => project.discovered()));
  return projects.flatMap(project =>
    project.store
      .functions()
      .filter(canDebug)
      .map(({ name }) => configurationOf({ project, name })),
  );
}
