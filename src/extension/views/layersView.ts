import * as vscode from 'vscode';
import { views } from '../contributions.ts';
import type { LayerEntry } from '../layers/layerEntries.ts';
import type { Project } from '../project/project.ts';
import type { Projects } from '../project/projects.ts';
import type { StoreChange } from '../project/projectStore.ts';
import { fileItem, layerItem } from './layerItems.ts';
import { layerChildren, layerNodes, layersOf } from './layerTree.ts';
import type { LayerNode, LayersNode } from './layerTree.ts';
import { NodeCache } from './nodes.ts';
import { Refresher } from './refresher.ts';

/** Of more layers than these the whole tree is drawn again at once, which is quicker. */
const ONE_BY_ONE = 100;

/** Layers that the folders declare, that their hosts have, and that functions name. */
export class LayersView implements vscode.TreeDataProvider<LayersNode> {
  readonly #projects: Projects;
  readonly #cache = new NodeCache<LayersNode>();
  readonly #refresher = new Refresher<LayersNode>(() => this.#sameRoots());
  readonly #disposables: { dispose(): void }[];
  /** Of each folder, as last drawn. */
  #entries = new WeakMap<Project, readonly LayerEntry[]>();
  /** Layers of each function, by folder: most changes of functions are none of these. */
  #attached = new WeakMap<Project, Map<string, string>>();
  readonly onDidChangeTreeData = this.#refresher.event;

  constructor(projects: Projects) {
    this.#projects = projects;
    this.#disposables = [
      vscode.window.createTreeView(views.layers, { treeDataProvider: this, showCollapseAll: true }),
      this.#refresher,
      projects.onChange.add(({ project, change }) => this.#changed(project, change)),
      projects.onFolders.add(() => {
        this.#cache.clear();
        this.#refresher.add(undefined);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refresher.add(undefined)),
    ];
  }

  #changed(project: Project, change: StoreChange): void {
    if (change.kind === 'function') {
      const known = this.#attached.get(project) ?? new Map<string, string>();
      const now = project.store.function(change.name)?.live?.layers.join() ?? '';
      if ((known.get(change.name) ?? '') === now) return;
      this.#attached.set(project, known.set(change.name, now));
    } else if (change.kind !== 'functions' && change.kind !== 'layers') return;
    this.#entries.delete(project);
    this.#refresher.add(undefined);
  }

  async getChildren(parent?: LayersNode): Promise<LayersNode[]> {
    if (!vscode.workspace.isTrusted) return [];
    if (parent !== undefined) {
      const children = await layerChildren(parent, this.#entryOf(parent));
      const nodes = children.map(child => this.#cache.one(child));
      this.#cache.keep(parent.id, nodes);
      return nodes;
    }
    const projects = this.#projects.all();
    await Promise.all(projects.map(project => project.discovered()));
    const roots = projects.flatMap(project =>
      layerNodes(project, this.#entriesOf(project)).map(node => this.#cache.one(node)),
    );
    this.#cache.keepRoots(roots);
    this.#roots = roots;
    return roots;
  }
  #roots: readonly LayerNode[] = [];

  #sameRoots(): readonly LayersNode[] | undefined {
    const now = this.#projects.all().flatMap(project => layerNodes(project, this.#entriesOf(project)));
    const isSame = now.length === this.#roots.length && now.every(({ id }, at) => id === this.#roots[at]?.id);
    return isSame && now.length > 0 && now.length <= ONE_BY_ONE ? this.#roots : undefined;
  }

  #entriesOf(project: Project): readonly LayerEntry[] {
    const known = this.#entries.get(project);
    if (known !== undefined) return known;
    const entries = layersOf(project);
    this.#entries.set(project, entries);
    this.#attached.set(
      project,
      new Map(project.store.functions().map(({ name, live }) => [name, live?.layers.join() ?? ''])),
    );
    return entries;
  }

  #entryOf({ project, key }: LayersNode): LayerEntry | undefined {
    return this.#entriesOf(project).find(entry => entry.key === key);
  }

  getTreeItem(node: LayersNode): vscode.TreeItem | Promise<vscode.TreeItem> {
    if ((node.kind === 'layerFile' || node.kind === 'layerFolder') && node.path !== '') return fileItem(node);
    const folder = this.#projects.all().length > 1 ? node.project.folder.name : undefined;
    return layerItem(node, this.#entryOf(node), folder);
  }

  getParent(node: LayersNode): LayersNode | undefined {
    return this.#cache.find(node.id.slice(0, node.id.lastIndexOf('/')));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
