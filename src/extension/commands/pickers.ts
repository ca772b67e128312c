import * as vscode from 'vscode';
import { splitText } from '../aliases/split.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { Project } from '../project/project.ts';
import type { Projects } from '../project/projects.ts';
import { runtimeOf } from '../views/functionRows.ts';

/** Finds what a command acts on: in its arguments, else by asking. */
export class Pickers {
  readonly #projects: Projects;

  constructor(projects: Projects) {
    this.#projects = projects;
  }

  /**
   * The function that a command was given: an element of a tree or a lens has project and name, a keybinding's `args` a
   * name. Asks where there is none; undefined where the user left.
   */
  async target(argument: unknown): Promise<FunctionTarget | undefined> {
    const given = targetIn(argument);
    if (given !== undefined) return given;
    await Promise.all(this.#projects.all().map(project => project.discovered()));
    if (typeof argument === 'string') {
      const project = this.#projects.all().find(one => one.store.function(argument) !== undefined);
      if (project === undefined) throw new Error(t('No open folder has a function named {0}.', argument));
      return { project, name: argument };
    }
    return this.pickFunction();
  }

  /** `project`: whose functions are offered, where not all are. */
  async pickFunction(
    question: { readonly title?: string; readonly project?: Project | undefined } = {},
  ): Promise<FunctionTarget | undefined> {
    const { title = t('Choose a Function'), project: only } = question;
    const projects = only === undefined ? this.#projects.all() : [only];
    await Promise.all(projects.map(project => project.discovered()));
    const items = projects.flatMap(project =>
      project.store.functions().map(entry => ({
        label: `$(symbol-function) ${entry.name}`,
        description: runtimeOf(entry),
        ...(projects.length > 1 ? { detail: project.folder.name } : {}),
        target: { project, name: entry.name },
      })),
    );
    if (items.length === 0) {
      void vscode.window.showInformationMessage(
        projects.length === 0
          ? t('Open a folder with Lambda functions first.')
          : t('No function was found. Add a template, or a file that exports a handler.'),
      );
      return undefined;
    }
    const chosen = await vscode.window.showQuickPick(items, {
      title,
      matchOnDescription: true,
    });
    return chosen?.target;
  }

  /** One of a function's aliases; undefined where there is none, or the user left. */
  async alias({ project, name }: FunctionTarget): Promise<string | undefined> {
    await project.connection.ensure();
    const aliases = project.store.function(name)?.live?.aliases ?? [];
    if (aliases.length === 0) {
      void vscode.window.showInformationMessage(t('{0} has no alias.', name));
      return undefined;
    }
    const chosen = await vscode.window.showQuickPick(
      aliases.map(alias => ({
        label: `$(tag) ${alias.name}`,
        description: splitText(alias),
        alias: alias.name,
      })),
      { title: t('Choose an Alias of {0}', name) },
    );
    return chosen?.alias;
  }

  /** The only folder, the active editor's, or the one that the user picks. */
  async project(): Promise<Project | undefined> {
    const projects = this.#projects.all();
    if (projects.length <= 1) {
      if (projects.length === 0)
        void vscode.window.showInformationMessage(t('Open a folder with Lambda functions first.'));
      return projects[0];
    }
    const active = vscode.window.activeTextEditor?.document.uri;
    const own = active && this.#projects.of(active);
    if (own !== undefined) return own;
    const folder = await vscode.window.showWorkspaceFolderPick();
    return folder && this.#projects.of(folder.uri);
  }
}

function targetIn(argument: unknown): FunctionTarget | undefined {
  const project = projectIn(argument);
  if (project === undefined || typeof argument !== 'object' || argument === null) return undefined;
  return 'name' in argument && typeof argument.name === 'string'
    ? { project, name: argument.name }
    : undefined;
}

/** The project of a tree's element. */
export function projectIn(argument: unknown): Project | undefined {
  if (typeof argument !== 'object' || argument === null || !('project' in argument)) return undefined;
  return argument.project instanceof Project ? argument.project : undefined;
}
