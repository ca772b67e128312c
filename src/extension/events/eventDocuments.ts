import { access } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { codeColumn } from '../codeColumn.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Projects } from '../project/projects.ts';
import { eventTitle } from './eventReference.ts';
import type { EventReference } from './eventReference.ts';
import type { Events } from './events.ts';
import { slug } from './eventText.ts';
import { functionOfEventFile } from './savedEvents.ts';

/**
 * Events as JSON documents. A new one is an untitled document that already has its place, `events/<function>/NAME.json`:
 * nothing is written before the user saves it, and Save needs no dialog.
 */
export class EventDocuments {
  readonly #projects: Projects;
  readonly #events: Events;

  constructor(projects: Projects, events: Events) {
    this.#projects = projects;
    this.#events = events;
  }

  /** The function that a document is an event of, by its place. */
  targetOf(uri: vscode.Uri): FunctionTarget | undefined {
    if (uri.scheme !== 'file' && uri.scheme !== 'untitled') return undefined;
    const file = uri.with({ scheme: 'file', authority: '' });
    const name = functionOfEventFile(file.fsPath);
    const project = this.#projects.of(file);
    if (name === undefined || project?.store.function(name) === undefined) return undefined;
    return { project, name };
  }

  /** Opens an event for editing: the file itself where it is saved, else a new document with its text. */
  async open(target: FunctionTarget, event: EventReference): Promise<void> {
    if (event.kind === 'saved') {
      const uri = vscode.Uri.file(event.file);
      await vscode.window.showTextDocument(uri, { viewColumn: codeColumn(uri) });
      return;
    }
    await this.create(target, eventTitle(event), await this.#events.text(event));
  }

  /** A new, unsaved event document; undefined where it has no place. */
  async create(target: FunctionTarget, title = t('new event'), text = '{}'): Promise<vscode.Uri | undefined> {
    const [folder] = this.#events.folders(target.project, target.name);
    if (folder === undefined) return undefined;
    const file = await this.#freeFile(folder, slug(title));
    const uri = vscode.Uri.file(file).with({ scheme: 'untitled' });
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { viewColumn: codeColumn(uri) });
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), pretty(text)));
    const inside = new vscode.Position(0, 1);
    editor.selection = new vscode.Selection(inside, inside);
    return uri;
  }

  /** Saves an event's text as a file after asking for its name; the file, or undefined where the user left. */
  async save(target: FunctionTarget, suggested: string, text: string): Promise<string | undefined> {
    const [folder] = this.#events.folders(target.project, target.name);
    if (folder === undefined) return undefined;
    const name = await vscode.window.showInputBox({
      title: t('Save Event of {0}', target.name),
      prompt: t('A file in {0}', vscode.workspace.asRelativePath(folder)),
      value: slug(suggested),
      validateInput: async value => {
        if (!/^[\w][\w .-]*$/.test(value)) return t('Letters, digits, dots, dashes and underscores, please.');
        return (await exists(path.join(folder, `${value}.json`)))
          ? t('{0}.json exists. Choose another name.', value)
          : undefined;
      },
    });
    if (name === undefined) return undefined;
    const file = path.join(folder, `${name}.json`);
    await vscode.workspace.fs.writeFile(vscode.Uri.file(file), Buffer.from(pretty(text)));
    return file;
  }

  async #freeFile(folder: string, name: string): Promise<string> {
    for (let count = 1; ; count++) {
      const file = path.join(folder, `${name}${count === 1 ? '' : `-${count}`}.json`);
      const open = vscode.workspace.textDocuments.some(
        document => document.uri.scheme === 'untitled' && document.uri.fsPath === file,
      );
      if (!open && !(await exists(file))) return file;
    }
  }
}

/** Indented by two where it is JSON; as it is where it isn't. */
function pretty(text: string): string {
  try {
    return `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`;
  } catch {
    return text;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
