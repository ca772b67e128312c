import * as vscode from 'vscode';
import { commands, views } from '../contributions.ts';
import type { ContextKeys } from '../contextKeys.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import type { Projects } from '../project/projects.ts';
import type { StoreChange } from '../project/projectStore.ts';
import {
  configurationFacts,
  environmentRow,
  factRow,
  functionRow,
  handlerRow,
  invocationRow,
} from './functionRows.ts';
import { NodeCache } from './nodes.ts';
import type { FunctionsNode } from './nodes.ts';
import { Refresher } from './refresher.ts';
import { treeItem } from './treeItem.ts';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

const folderId = (project: Project): string => encodeURIComponent(project.folder.uri.toString());
const functionId = (project: Project, name: string): string =>
  `${folderId(project)}/${encodeURIComponent(name)}`;

/** Functions of all open folders: what they declare at once, what their hosts tell live. */
export class FunctionsView implements vscode.TreeDataProvider<FunctionsNode> {
  readonly #projects: Projects;
  readonly #context: ContextKeys;
  readonly #cache = new NodeCache<FunctionsNode>();
  readonly #refresher = new Refresher<FunctionsNode>();
  readonly #view: vscode.TreeView<FunctionsNode>;
  readonly #disposables: { dispose(): void }[];
  readonly onDidChangeTreeData = this.#refresher.event;

  constructor(projects: Projects, context: ContextKeys) {
    this.#projects = projects;
    this.#context = context;
    this.#view = vscode.window.createTreeView(views.functions, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#disposables = [
      this.#view,
      this.#refresher,
      projects.onChange.add(({ project, change }) => this.#changed(project, change)),
      projects.onFolders.add(() => {
        this.#cache.clear();
        this.#refresher.add(undefined);
      }),
      projects.onHostState.add(() => this.#describe()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#refresher.add(undefined);
        this.#seen();
      }),
      this.#view.onDidChangeVisibility(() => this.#seen()),
    ];
    this.#seen();
  }

  /** The host starts when the view is first seen; a later stop is the user's will and stays until it is needed. */
  #seen(): void {
    if (!this.#view.visible || !vscode.workspace.isTrusted) return;
    for (const project of this.#projects.all()) {
      if (project.connection.state.kind !== 'stopped' || this.#started.has(project)) continue;
      this.#started.add(project);
      // A failure is told by the connection's state.
      project.connection.ensure().catch(() => undefined);
    }
  }
  readonly #started = new WeakSet<Project>();

  #changed(project: Project, change: StoreChange): void {
    switch (change.kind) {
      case 'functions':
        this.#refresher.add(
          this.#projects.all().length > 1 ? this.#cache.find(folderId(project)) : undefined,
        );
        this.#describe();
        return;
      case 'function':
        this.#touch(functionId(project, change.name));
        return;
      case 'environments':
        this.#touch(`${functionId(project, change.name)}/environments`);
        return;
      case 'invocations':
        this.#touch(`${functionId(project, change.name)}/invocations`);
        return;
      case 'problems':
        return;
    }
  }

  #touch(id: string): void {
    const node = this.#cache.find(id);
    if (node !== undefined) this.#refresher.add(node);
  }

  /** Says beside or above the tree what the tree itself can't: that the host behind it is not there. */
  #describe(): void {
    const projects = this.#projects.all();
    const empty = projects.every(project => project.store.functions().length === 0);
    const failed = projects.flatMap(project =>
      project.connection.state.kind === 'failed' ? [project.connection.state.message] : [],
    );
    const states = new Set(projects.map(project => project.connection.state.kind));
    // Assigned together because both must be able to become undefined again: the welcome text is shown only while
    // there is no message (vscode#163625).
    Object.assign(this.#view, {
      message: empty || failed[0] === undefined ? undefined : failed[0].split('\n')[0],
      description: states.has('failed')
        ? t('host failed')
        : states.has('starting')
          ? t('host starting')
          : states.has('ready')
            ? undefined
            : t('host stopped'),
    });
  }

  async getChildren(parent?: FunctionsNode): Promise<FunctionsNode[]> {
    if (parent === undefined) return this.#roots();
    const children = this.#childrenOf(parent).map(child => this.#cache.one(child));
    this.#cache.keep(parent.id, children);
    return children;
  }

  async #roots(): Promise<FunctionsNode[]> {
    if (!vscode.workspace.isTrusted) return [];
    const projects = this.#projects.all();
    await Promise.all(projects.map(project => project.discovered()));
    this.#context.set('lamplight:discovered', true);
    this.#describe();
    const [only] = projects;
    if (projects.length > 1) {
      if (projects.every(project => project.store.functions().length === 0)) return [];
      return projects.map(project =>
        this.#cache.one({ kind: 'folder', id: folderId(project), project } as const),
      );
    }
    if (only === undefined) return [];
    const children = this.#functionsOf(only).map(child => this.#cache.one(child));
    this.#cache.keep(folderId(only), children);
    return children;
  }

  #functionsOf(project: Project): FunctionsNode[] {
    return project.store
      .functions()
      .map(entry => ({ kind: 'function', id: functionId(project, entry.name), project, name: entry.name }));
  }

  #childrenOf(parent: FunctionsNode): FunctionsNode[] {
    const { project, id } = parent;
    if (parent.kind === 'folder') return this.#functionsOf(project);
    const { name } = parent;
    const entry = project.store.function(name);
    if (entry === undefined) return [];
    switch (parent.kind) {
      case 'function':
        return [
          ...(handlerRow(entry) === undefined
            ? []
            : [{ kind: 'handler', id: `${id}/handler`, project, name } as const]),
          { kind: 'configuration', id: `${id}/configuration`, project, name },
          { kind: 'environments', id: `${id}/environments`, project, name },
          { kind: 'invocations', id: `${id}/invocations`, project, name },
        ];
      case 'configuration':
        return configurationFacts(entry).map(({ key }) => ({
          kind: 'fact',
          id: `${id}/${key}`,
          project,
          name,
          key,
        }));
      case 'environments':
        return project.store
          .environments(name)
          .map(({ id: key }) => ({ kind: 'environment', id: `${id}/${key}`, project, name, key }));
      case 'invocations':
        return project.store
          .invocations(name)
          .map(({ requestId: key }) => ({ kind: 'invocation', id: `${id}/${key}`, project, name, key }));
      case 'handler':
      case 'fact':
      case 'environment':
      case 'invocation':
        return [];
    }
  }

  getTreeItem(node: FunctionsNode): vscode.TreeItem {
    const { project, id } = node;
    if (node.kind === 'folder')
      return treeItem(
        id,
        {
          label: project.folder.name,
          icon: { id: 'root-folder' },
          spoken: t('Folder {0}', project.folder.name),
          context: 'folder',
        },
        Expanded,
      );
    const { name } = node;
    const { store } = project;
    const entry = store.function(name) ?? { name };
    switch (node.kind) {
      case 'function':
        return treeItem(id, functionRow(entry), Collapsed);
      case 'handler': {
        const row = handlerRow(entry);
        if (row === undefined) return gone(id);
        return treeItem(
          id,
          row,
          None,
          entry.declared?.handlerLocation === undefined
            ? undefined
            : { command: commands.functionOpenHandler, title: t('Open Handler'), arguments: [node] },
        );
      }
      case 'configuration':
        return treeItem(
          id,
          {
            label: t('Configuration'),
            icon: { id: 'settings' },
            spoken: t('Configuration of {0}', name),
            context: entry.declared === undefined ? 'configuration' : 'configuration+declared',
          },
          Collapsed,
        );
      case 'fact': {
        const fact = configurationFacts(entry).find(candidate => candidate.key === node.key);
        return fact === undefined ? gone(id) : treeItem(id, factRow(fact), None);
      }
      case 'environments':
        return group(id, t('Environments'), 'server-environment', store.environments(name).length);
      case 'environment': {
        const environment = store.environment(node.key);
        return environment === undefined ? gone(id) : treeItem(id, environmentRow(environment), None);
      }
      case 'invocations':
        return group(id, t('Recent invocations'), 'history', store.invocations(name).length);
      case 'invocation': {
        const invocation = store.invocations(name).find(candidate => candidate.requestId === node.key);
        if (invocation === undefined) return gone(id);
        return treeItem(id, invocationRow(invocation), None, {
          command: commands.invocationOpen,
          title: t('Open Result'),
          arguments: [node],
        });
      }
    }
  }

  getParent(node: FunctionsNode): FunctionsNode | undefined {
    const slash = node.id.lastIndexOf('/');
    return slash === -1 ? undefined : this.#cache.find(node.id.slice(0, slash));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

function group(id: string, label: string, icon: string, count: number): vscode.TreeItem {
  return treeItem(
    id,
    {
      label,
      description: count === 0 ? t('none') : String(count),
      icon: { id: icon },
      spoken: `${label}: ${count === 0 ? t('none') : String(count)}`,
      context: 'group',
    },
    count === 0 ? None : Collapsed,
  );
}

/** An element that went away between two drawings; its parent is about to be drawn without it. */
const gone = (id: string): vscode.TreeItem => treeItem(id, { label: '', spoken: '', context: 'gone' }, None);
