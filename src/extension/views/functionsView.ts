import * as vscode from 'vscode';
import { views } from '../contributions.ts';
import type { ContextKeys } from '../contextKeys.ts';
import type { ChosenQualifiers } from '../invoke/chosenQualifiers.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import type { Projects } from '../project/projects.ts';
import type { StoreChange } from '../project/projectStore.ts';
import { itemOf } from './functionItems.ts';
import { functionTooltip } from './functionRows.ts';
import { childrenOf, folderId, functionId, functionsOf } from './functionTree.ts';
import { NodeCache } from './nodes.ts';
import type { FunctionsNode } from './nodes.ts';
import { PendingTicker } from './pendingTicker.ts';
import { Refresher } from './refresher.ts';

/** Functions of all open folders: what they declare at once, what their hosts tell live. */
export class FunctionsView implements vscode.TreeDataProvider<FunctionsNode> {
  readonly #projects: Projects;
  readonly #context: ContextKeys;
  readonly #cache = new NodeCache<FunctionsNode>();
  readonly #refresher = new Refresher<FunctionsNode>();
  readonly #qualifiers: ChosenQualifiers;
  readonly #view: vscode.TreeView<FunctionsNode>;
  readonly #disposables: { dispose(): void }[];
  /** Ages and waits go by without any news from the host. */
  readonly #ticker = new PendingTicker(
    () => (this.#view.visible ? this.#cache.all() : undefined),
    node => this.#refresher.add(node),
  );
  readonly onDidChangeTreeData = this.#refresher.event;

  constructor(projects: Projects, context: ContextKeys, qualifiers: ChosenQualifiers) {
    this.#projects = projects;
    this.#qualifiers = qualifiers;
    this.#context = context;
    this.#view = vscode.window.createTreeView(views.functions, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#disposables = [
      this.#view,
      this.#refresher,
      this.#ticker,
      projects.onChange.add(({ project, change }) => this.#changed(project, change)),
      projects.onFolders.add(() => {
        this.#cache.clear();
        this.#refresher.add(undefined);
      }),
      projects.onHostState.add(() => this.#describe()),
      qualifiers.onChange.add(target => this.#touch(functionId(target.project, target.name))),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#refresher.add(undefined);
        this.#seen();
      }),
      this.#view.onDidChangeVisibility(() => {
        this.#seen();
        this.#ticker.restart();
      }),
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
      case 'pending':
        this.#touch(functionId(project, change.name) + (change.shown === 'changed' ? '' : '/pending'));
        return;
      case 'faults':
        this.#faultChanged(project, change);
        return;
      case 'clock':
        this.#ticker.restart();
        return;
      case 'layers':
      case 'problems':
        return;
    }
  }

  /** A rule of all functions stands beneath each; its counts change often. */
  #faultChanged(project: Project, { name, id, shown }: Extract<StoreChange, { kind: 'faults' }>): void {
    for (const node of this.#cache.all()) {
      if (node.kind === 'folder' || node.project !== project) continue;
      const isMeant =
        shown === 'same'
          ? node.kind === 'faultRule' && node.key === id
          : node.kind === 'function' && (name === '*' || node.name === name);
      if (isMeant) this.#refresher.add(node);
    }
  }

  #touch(id: string): void {
    const node = this.#cache.find(id);
    if (node !== undefined) this.#refresher.add(node);
  }

  /** Says beside or above the tree what the tree itself can't: that the host behind it is not there. */
  #describe(): void {
    const projects = this.#projects.all();
    const empty = projects.every(project => project.store.isEmpty);
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
    const children = (await childrenOf(parent)).map(child => this.#cache.one(child));
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
      if (projects.every(project => project.store.isEmpty)) return [];
      return projects.map(project =>
        this.#cache.one({ kind: 'folder', id: folderId(project), project } as const),
      );
    }
    if (only === undefined) return [];
    const children = functionsOf(only).map(child => this.#cache.one(child));
    this.#cache.keep(folderId(only), children);
    return children;
  }

  getTreeItem(node: FunctionsNode): vscode.TreeItem | Promise<vscode.TreeItem> {
    const item = itemOf(node, this.#qualifiers);
    if (node.kind === 'pendingEvent' && !(item instanceof Promise))
      this.#ticker.drawn(node, String(item.description));
    return item;
  }

  /** Asked for what is pointed at. */
  resolveTreeItem(item: vscode.TreeItem, node: FunctionsNode): vscode.TreeItem {
    if (node.kind !== 'function') return item;
    const entry = node.project.store.function(node.name);
    if (entry !== undefined) item.tooltip = new vscode.MarkdownString(functionTooltip(entry), true);
    return item;
  }

  getParent(node: FunctionsNode): FunctionsNode | undefined {
    const slash = node.id.lastIndexOf('/');
    return slash === -1 ? undefined : this.#cache.find(node.id.slice(0, slash));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
