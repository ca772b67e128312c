import * as vscode from 'vscode';
import type { DeclaredLayer } from '../../protocol/workspace.ts';
import { commands, views } from '../contributions.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import type { Projects } from '../project/projects.ts';
import { NodeCache } from './nodes.ts';
import { Refresher } from './refresher.ts';
import { escapeMarkdown } from './row.ts';
import { treeItem } from './treeItem.ts';

/** A layer that a template declares, or one that a function names and nothing here declares. */
export type LayersNode =
  | { readonly kind: 'layer'; readonly id: string; readonly project: Project; readonly key: string }
  | {
      readonly kind: 'user';
      readonly id: string;
      readonly project: Project;
      readonly key: string;
      readonly name: string;
    };

interface LayerEntry {
  readonly key: string;
  readonly declared?: DeclaredLayer;
  /** Names of the functions that use it. */
  readonly users: readonly string[];
}

/** Declared layers and those that functions name, with the functions that use them. */
function layersOf(project: Pick<Project, 'store'>): readonly LayerEntry[] {
  const functions = project.store.model?.functions ?? [];
  const declared = project.store.layers();
  const usersOf = (keys: readonly string[]): string[] =>
    functions.filter(fn => fn.layers.some(layer => keys.includes(layer))).map(fn => fn.name);
  const known = new Set(declared.flatMap(layer => [layer.owner.logicalId, layer.name]));
  const foreign = new Set(functions.flatMap(fn => fn.layers).filter(layer => !known.has(layer)));
  return [
    ...declared.map(layer => ({
      key: layer.owner.logicalId,
      declared: layer,
      users: usersOf([layer.owner.logicalId, layer.name]),
    })),
    ...[...foreign].sort().map(key => ({ key, users: usersOf([key]) })),
  ];
}

export class LayersView implements vscode.TreeDataProvider<LayersNode> {
  readonly #projects: Projects;
  readonly #cache = new NodeCache<LayersNode>();
  readonly #refresher = new Refresher<LayersNode>();
  readonly #disposables: { dispose(): void }[];
  readonly onDidChangeTreeData = this.#refresher.event;

  constructor(projects: Projects) {
    this.#projects = projects;
    this.#disposables = [
      vscode.window.createTreeView(views.layers, { treeDataProvider: this }),
      this.#refresher,
      projects.onChange.add(({ change }) => {
        if (change.kind === 'functions') this.#refresher.add(undefined);
      }),
      projects.onFolders.add(() => {
        this.#cache.clear();
        this.#refresher.add(undefined);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refresher.add(undefined)),
    ];
  }

  async getChildren(parent?: LayersNode): Promise<LayersNode[]> {
    if (parent?.kind === 'user' || !vscode.workspace.isTrusted) return [];
    if (parent !== undefined)
      return (this.#find(parent)?.users ?? []).map(name =>
        this.#cache.one({ ...parent, kind: 'user', id: `${parent.id}/${encodeURIComponent(name)}`, name }),
      );
    const projects = this.#projects.all();
    await Promise.all(projects.map(project => project.discovered()));
    return projects.flatMap(project =>
      layersOf(project).map(({ key }) =>
        this.#cache.one({
          kind: 'layer',
          id: `${encodeURIComponent(project.folder.uri.toString())}/${encodeURIComponent(key)}`,
          project,
          key,
        } as const),
      ),
    );
  }

  #find(node: LayersNode): LayerEntry | undefined {
    return layersOf(node.project).find(layer => layer.key === node.key);
  }

  getTreeItem(node: LayersNode): vscode.TreeItem {
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    if (node.kind === 'user')
      return treeItem(
        node.id,
        {
          label: node.name,
          icon: { id: 'symbol-function' },
          spoken: t('Used by function {0}', node.name),
          context: 'layerUser',
        },
        None,
      );
    const entry = this.#find(node);
    const declared = entry?.declared;
    const label = declared?.name ?? node.key;
    const description =
      declared === undefined
        ? t('not declared in this folder')
        : declared.compatibleRuntimes.length === 0
          ? t('any runtime')
          : declared.compatibleRuntimes.join(', ');
    return treeItem(
      node.id,
      {
        label,
        description,
        icon: { id: 'layers' },
        tooltip: [
          `**${escapeMarkdown(label)}**`,
          ...(declared?.description ? [escapeMarkdown(declared.description)] : []),
          ...(declared?.root === undefined ? [] : [escapeMarkdown(declared.root)]),
        ].join('\n\n'),
        spoken: t('Layer {0}, {1}', label, description),
        context: declared === undefined ? 'layer' : 'layer+declared',
      },
      entry === undefined || entry.users.length === 0 ? None : Collapsed,
      declared === undefined
        ? undefined
        : { command: commands.layerOpenDeclaration, title: t('Open Declaration'), arguments: [node] },
    );
  }

  getParent(node: LayersNode): LayersNode | undefined {
    return node.kind === 'layer' ? undefined : this.#cache.find(node.id.slice(0, node.id.lastIndexOf('/')));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
