import * as vscode from 'vscode';
import { views } from '../contributions.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import type { Projects } from '../project/projects.ts';
import { qualifiedItem } from './functionItems.ts';
import { aliasNodes, functionId } from './functionTree.ts';
import { NodeCache } from './nodes.ts';
import type { PartNode, QualifiedNode } from './nodes.ts';
import { Refresher } from './refresher.ts';
import { treeItem } from './treeItem.ts';

/** A function that has aliases, and each of them. */
type AliasesNode = PartNode | QualifiedNode;

/** The aliases of all functions, by function. */
export class AliasesView implements vscode.TreeDataProvider<AliasesNode> {
  readonly #projects: Projects;
  readonly #cache = new NodeCache<AliasesNode>();
  readonly #refresher = new Refresher<AliasesNode>();
  readonly #disposables: { dispose(): void }[];
  readonly onDidChangeTreeData = this.#refresher.event;

  constructor(projects: Projects) {
    this.#projects = projects;
    const view = vscode.window.createTreeView(views.aliases, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#disposables = [
      view,
      this.#refresher,
      projects.onChange.add(({ project, change }) => {
        if (change.kind === 'functions') this.#refresher.add(undefined);
        if (change.kind === 'function') this.#changed(project, change.name);
      }),
      projects.onFolders.add(() => {
        this.#cache.clear();
        this.#refresher.add(undefined);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refresher.add(undefined)),
    ];
  }

  /** A function's change is drawn with its element; one that had no alias until now, or has none any more, is a change of the list. */
  #changed(project: Project, name: string): void {
    const node = this.#cache.find(functionId(project, name));
    const hasAliases = project.store.function(name)?.live?.aliases !== undefined;
    if (node !== undefined && hasAliases) this.#refresher.add(node);
    else if (node !== undefined || hasAliases) this.#refresher.add(undefined);
  }

  getChildren(parent?: AliasesNode): AliasesNode[] {
    if (!vscode.workspace.isTrusted || parent?.kind === 'alias') return [];
    if (parent !== undefined) {
      const children = aliasNodes(parent.id, parent.project, parent.name).map(child =>
        this.#cache.one(child),
      );
      this.#cache.keep(parent.id, children);
      return children;
    }
    const functions = this.#projects.all().flatMap(project =>
      project.store
        .functions()
        .filter(({ live }) => live?.aliases !== undefined)
        .map(({ name }) =>
          this.#cache.one({ kind: 'aliases', id: functionId(project, name), project, name } as const),
        ),
    );
    this.#cache.keepRoots(functions);
    return functions;
  }

  getTreeItem(node: AliasesNode): vscode.TreeItem | Promise<vscode.TreeItem> {
    const { id, project, name } = node;
    const entry = project.store.function(name) ?? { name };
    if ('qualifier' in node) return qualifiedItem(node, entry);
    const several = this.#projects.all().length > 1;
    return treeItem(
      id,
      {
        label: name,
        ...(several ? { description: project.folder.name } : {}),
        icon: { id: 'symbol-function' },
        spoken: t('Aliases of function {0}', name),
        context: 'aliases',
      },
      vscode.TreeItemCollapsibleState.Expanded,
    );
  }

  getParent(node: AliasesNode): AliasesNode | undefined {
    return 'qualifier' in node ? this.#cache.find(node.id.slice(0, node.id.lastIndexOf('/'))) : undefined;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
