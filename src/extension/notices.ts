import * as vscode from 'vscode';
import { commands } from './contributions.ts';
import { t } from './localize.ts';
import type { Log } from './log.ts';
import type { Project } from './project/project.ts';
import type { Projects } from './project/projects.ts';

/** What a host has to say goes to the log; what a user must know is shown too, once a window. */
export class Notices {
  readonly #log: Log;
  readonly #projects: Projects;
  readonly #shown = new Set<string>();
  readonly #watched = new WeakSet<Project>();
  readonly #folders: { dispose(): void };

  constructor(projects: Projects, log: Log) {
    this.#projects = projects;
    this.#log = log;
    this.#folders = projects.onFolders.add(() => this.#watch());
    this.#watch();
  }

  #watch(): void {
    for (const project of this.#projects.all()) {
      if (this.#watched.has(project)) continue;
      this.#watched.add(project);
      let stopsHere = false;
      project.connection.onState.add(state => {
        if (state.kind === 'stopping') stopsHere = true;
        if (state.kind === 'ready') stopsHere = false;
      });
      project.connection.onEvent.add(event => {
        if (event.type === 'notice') this.#notice(event.severity, event.message);
        if (event.type === 'stopping' && !stopsHere)
          void vscode.window.showInformationMessage(
            t('The Lamplight host stopped: {0}. It starts again when it is needed.', event.reason),
          );
      });
    }
  }

  #notice(severity: 'info' | 'warning' | 'error', message: string): void {
    const { channel } = this.#log;
    if (severity === 'info') channel.info(message);
    else if (severity === 'warning') channel.warn(message);
    else channel.error(message);
    if (severity === 'info' || this.#shown.has(message)) return;
    this.#shown.add(message);
    const show = severity === 'error' ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
    const action = t('Show Log');
    void show(message, action).then(chosen => {
      if (chosen === action) void vscode.commands.executeCommand(commands.logShow);
    });
  }

  dispose(): void {
    this.#folders.dispose();
  }
}
