import * as vscode from 'vscode';
import type { HostState } from '../host/hostConnection.ts';
import type { HostAccess } from '../host/hostSession.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import { Project } from './project.ts';
import type { Discover } from './project.ts';
import type { StoreChange } from './projectStore.ts';

export interface ProjectChange {
  readonly project: Project;
  readonly change: StoreChange;
}

/** The open folders, in the editor's order. Folders that are not files on this machine have no functions here. */
export class Projects {
  readonly #access: (folder: vscode.WorkspaceFolder) => HostAccess;
  readonly #discover: Discover;
  readonly #log: Log;
  readonly #byFolder = new Map<string, Project>();
  readonly #watcher: vscode.Disposable;
  /** Folders came or went. */
  readonly onFolders = new Listeners<undefined>();
  readonly onChange = new Listeners<ProjectChange>();
  readonly onHostState = new Listeners<{ readonly project: Project; readonly state: HostState }>();

  constructor(access: (folder: vscode.WorkspaceFolder) => HostAccess, discover: Discover, log: Log) {
    this.#access = access;
    this.#discover = discover;
    this.#log = log;
    this.#sync();
    this.#watcher = vscode.workspace.onDidChangeWorkspaceFolders(() => {
      this.#sync();
      this.onFolders.fire(undefined);
    });
  }

  all(): readonly Project[] {
    return (vscode.workspace.workspaceFolders ?? []).flatMap(folder => {
      const project = this.#byFolder.get(folder.uri.toString());
      return project === undefined ? [] : [project];
    });
  }

  /** The project of a file, or of the folder itself. */
  of(uri: vscode.Uri): Project | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return folder === undefined ? undefined : this.#byFolder.get(folder.uri.toString());
  }

  #sync(): void {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === 'file');
    const ids = new Set(folders.map(folder => folder.uri.toString()));
    for (const [id, project] of this.#byFolder) {
      if (ids.has(id)) continue;
      this.#byFolder.delete(id);
      project.dispose();
    }
    for (const folder of folders) {
      const id = folder.uri.toString();
      if (this.#byFolder.has(id)) continue;
      const project = new Project(folder, this.#access(folder), this.#discover, this.#log);
      project.store.onChange.add(change => this.onChange.fire({ project, change }));
      project.connection.onState.add(state => this.onHostState.fire({ project, state }));
      this.#byFolder.set(id, project);
    }
  }

  dispose(): void {
    this.#watcher.dispose();
    for (const project of this.#byFolder.values()) project.dispose();
    this.#byFolder.clear();
    this.onFolders.dispose();
    this.onChange.dispose();
    this.onHostState.dispose();
  }
}
