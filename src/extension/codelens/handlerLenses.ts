import * as vscode from 'vscode';
import { setting, settingChanged } from '../config.ts';
import { commands } from '../contributions.ts';
import { eventTitle } from '../events/eventReference.ts';
import type { Events } from '../events/events.ts';
import type { ChosenQualifiers } from '../invoke/chosenQualifiers.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Projects } from '../project/projects.ts';
import type { FunctionEntry } from '../project/projectStore.ts';
import { canDebug, runtimeOf } from '../views/functionRows.ts';
import { LATEST } from '../versions/latest.ts';
import { handlerSelector, handlersIn } from './handlersIn.ts';
import { lensTitle } from './lensTitle.ts';

/** The lens that names the event; its title may have to be read from disk, so it is filled in last. */
class EventLens extends vscode.CodeLens {
  readonly target: FunctionTarget;
  constructor(range: vscode.Range, target: FunctionTarget) {
    super(range);
    this.target = target;
  }
}

/** What the next invocation is one of. */
const calledAs = (qualifier: string): string =>
  qualifier === LATEST || /^\d+$/.test(qualifier) ? t('Version: {0}', qualifier) : t('Alias: {0}', qualifier);

/** Invoke, Debug and the chosen event over each handler. */
export class HandlerLenses implements vscode.CodeLensProvider {
  readonly #projects: Projects;
  readonly #events: Events;
  readonly #qualifiers: ChosenQualifiers;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: { dispose(): void }[];
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(projects: Projects, events: Events, qualifiers: ChosenQualifiers) {
    this.#projects = projects;
    this.#qualifiers = qualifiers;
    this.#events = events;
    const changed = (): void => this.#changed.fire();
    this.#disposables = [
      this.#changed,
      vscode.languages.registerCodeLensProvider(handlerSelector, this),
      projects.onChange.add(({ change }) => {
        if (change.kind === 'functions' || change.kind === 'function') this.#functionsChanged();
      }),
      events.chosen.onChange.add(changed),
      qualifiers.onChange.add(changed),
      vscode.workspace.onDidGrantWorkspaceTrust(changed),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (settingChanged(event, ['lamplight.codeLens.enabled'])) changed();
      }),
    ];
  }

  /**
   * Only where other lenses come of it: VS Code forgets what the old ones do as soon as there are new ones, and a click in
   * between ends in an error.
   */
  #functionsChanged(): void {
    const shown = JSON.stringify(
      this.#projects
        .all()
        .flatMap(({ store }) =>
          store
            .functions()
            .map(entry => [
              entry.name,
              entry.declared?.handlerLocation,
              runtimeOf(entry),
              entry.live?.versions !== undefined || entry.live?.aliases !== undefined,
            ]),
        ),
    );
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed.fire();
  }
  #shown = '';

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!vscode.workspace.isTrusted || !setting('lamplight.codeLens.enabled', document)) return [];
    await this.#projects.of(document.uri)?.discovered();
    const found = handlersIn(this.#projects, document);
    if (found === undefined) return [];
    const { project, places } = found;
    return places.flatMap(({ name, line }) => {
      const range = new vscode.Range(line, 0, line, 0);
      const target: FunctionTarget = { project, name };
      const shared = places.some(other => other.name !== name && other.line === line);
      const lens = (icon: string, title: string, command: string, tooltip?: string): vscode.CodeLens =>
        new vscode.CodeLens(range, {
          title: lensTitle(icon, shared ? `${title} ${name}` : title),
          tooltip: tooltip ?? t('{0} {1} on this machine', title, name),
          command,
          arguments: [target],
        });
      const debugLens = (entry: FunctionEntry): vscode.CodeLens =>
        canDebug(entry)
          ? lens('debug-alt', t('Debug'), commands.functionDebug)
          : // Who looks for it shall know that it isn't overlooked; the command says more.
            lens(
              'debug-alt',
              t('Debug (not yet)'),
              commands.functionDebug,
              t('Lamplight can’t debug {0} yet', runtimeOf(entry)),
            );
      const entry = project.store.function(name);
      return [
        lens('play', t('Invoke'), commands.functionInvoke),
        ...(entry === undefined ? [] : [debugLens(entry)]),
        new EventLens(range, target),
        ...this.#qualifierLens(target, range),
      ];
    });
  }

  /** What it is invoked as, where there is a choice. */
  #qualifierLens(target: FunctionTarget, range: vscode.Range): vscode.CodeLens[] {
    const live = target.project.store.function(target.name)?.live;
    const qualifier = this.#qualifiers.get(target);
    if (qualifier === LATEST && live?.versions === undefined && live?.aliases === undefined) return [];
    return [
      new vscode.CodeLens(range, {
        title: lensTitle('tag', calledAs(qualifier)),
        tooltip: t('Choose what {0} is invoked as: $LATEST, a version or an alias', target.name),
        command: commands.functionChooseQualifier,
        arguments: [target],
      }),
    ];
  }

  async resolveCodeLens(lens: vscode.CodeLens): Promise<vscode.CodeLens> {
    if (lens instanceof EventLens) {
      const { project, name } = lens.target;
      const event = await this.#events.current(project, name);
      lens.command = {
        title: t('Event: {0}', eventTitle(event)),
        tooltip: t('Choose the event for {0}', name),
        command: commands.functionChooseEvent,
        arguments: [lens.target],
      };
    }
    return lens;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
