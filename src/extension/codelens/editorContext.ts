import * as vscode from 'vscode';
import { hasLaunchConfigurations } from '../config.ts';
import type { ContextKeys } from '../contextKeys.ts';
import type { EventDocuments } from '../events/eventDocuments.ts';
import type { Projects } from '../project/projects.ts';
import { handlersIn } from './handlersIn.ts';

/** Keeps the context keys that say what the active editor is: they rule F5 and the editor's menus. */
export class EditorContext {
  readonly #projects: Projects;
  readonly #documents: EventDocuments;
  readonly #context: ContextKeys;
  readonly #disposables: { dispose(): void }[];
  #timer: NodeJS.Timeout | undefined;

  constructor(projects: Projects, documents: EventDocuments, context: ContextKeys) {
    this.#projects = projects;
    this.#documents = documents;
    this.#context = context;
    this.#disposables = [
      vscode.window.onDidChangeActiveTextEditor(() => void this.#update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#update()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) this.#later();
      }),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration('launch')) void this.#update();
      }),
      projects.onChange.add(({ change }) => {
        // At once, as the lenses are: F5 is for who sees them.
        if (change.kind === 'functions') void this.#update();
      }),
    ];
    void this.#update();
  }

  /** After a moment without typing. */
  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#update(), 200);
  }

  async #update(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const uri = editor?.document.uri;
    this.#context.set('lamplight:hasLaunchJson', hasLaunchConfigurations(uri));
    if (uri !== undefined && vscode.workspace.isTrusted) await this.#projects.of(uri)?.discovered();
    // Another editor may have become active meanwhile; its own update says what it is.
    if (vscode.window.activeTextEditor !== editor) return;
    this.#context.set(
      'lamplight:inHandler',
      editor !== undefined && handlersIn(this.#projects, editor.document) !== undefined,
    );
    this.#context.set('lamplight:inEvent', uri !== undefined && this.#documents.targetOf(uri) !== undefined);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
