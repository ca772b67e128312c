import * as vscode from 'vscode';
import type { ContextKeys } from '../contextKeys.ts';
import { commands } from '../contributions.ts';
import { t } from '../localize.ts';

/** Something that was deleted and can be made again. Kept in memory: for as long as the window is open. */
export interface Deletion {
  /** `alias live of create-order` */
  readonly title: string;
  /** What differs from before when it is restored; shown where it is offered. */
  readonly caveat?: string;
  /** Makes it again; answers what there is to say of it. */
  restore(): Promise<string>;
}

/** The newest that are kept; code of functions may be large. */
const KEPT = 20;

/** What was deleted in this session, the newest first. */
export class Deletions {
  readonly #context: ContextKeys;
  #all: readonly Deletion[] = [];

  constructor(context: ContextKeys) {
    this.#context = context;
  }

  /** Tells of a deletion, with the way back at hand. Resolves at once. */
  add(deletion: Deletion): void {
    this.#set([deletion, ...this.#all].slice(0, KEPT));
    const undo = t('Undo');
    const told = [t('Deleted {0}.', deletion.title), ...(deletion.caveat ? [deletion.caveat] : [])].join(' ');
    void vscode.window.showInformationMessage(told, undo).then(async chosen => {
      // As a command, so that a failure is shown as that of any other.
      if (chosen === undo) await vscode.commands.executeCommand(commands.deletionUndo, deletion);
    });
  }

  /** Restores what is named, else what the user chooses. */
  async undo(named?: unknown): Promise<void> {
    const deletion = this.#all.find(one => one === named) ?? (await this.#choose());
    if (deletion === undefined) return;
    const said = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: t('Restoring {0}', deletion.title) },
      () => deletion.restore(),
    );
    this.#set(this.#all.filter(one => one !== deletion));
    void vscode.window.showInformationMessage(said);
  }

  async #choose(): Promise<Deletion | undefined> {
    const [only, ...more] = this.#all;
    if (only === undefined)
      void vscode.window.showInformationMessage(t('Nothing was deleted since this window was opened.'));
    if (more.length === 0) return only;
    const chosen = await vscode.window.showQuickPick(
      this.#all.map(deletion => ({
        label: deletion.title,
        ...(deletion.caveat === undefined ? {} : { detail: deletion.caveat }),
        deletion,
      })),
      { title: t('Undo Delete') },
    );
    return chosen?.deletion;
  }

  #set(all: readonly Deletion[]): void {
    this.#all = all;
    this.#context.set('lamplight:canUndo', all.length > 0);
  }
}
