import * as vscode from 'vscode';
import { codeColumn } from '../codeColumn.ts';
import type { EventError, EventReference } from './eventReference.ts';
import { t } from '../localize.ts';

/** Mistakes in event files, found when one is used: a Problem at its place, and the file opened there. */
export class EventProblems {
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('lamplight-events');
  readonly #changes: vscode.Disposable;

  constructor() {
    // An edit outdates what was found; the next use looks again.
    this.#changes = vscode.workspace.onDidChangeTextDocument(({ document }) =>
      this.#diagnostics.delete(document.uri),
    );
  }

  /** Shows what is wrong with an event and where. */
  async show(error: EventError): Promise<void> {
    if (error.place !== undefined) {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(error.place.file));
      const at = document.positionAt(error.place.offset);
      const range = document.getWordRangeAtPosition(at) ?? new vscode.Range(at, at.translate(0, 1));
      await this.#mark(document, range, error.message);
    }
    void vscode.window.showErrorMessage(error.message);
  }

  /** The same for an open event document. */
  async showIn(document: vscode.TextDocument, offset: number, message: string): Promise<void> {
    const at = document.positionAt(offset);
    const text = t('This event isn’t valid JSON: {0}.', message);
    await this.#mark(document, new vscode.Range(at, at.translate(0, 1)), text);
    void vscode.window.showErrorMessage(text);
  }

  async #mark(document: vscode.TextDocument, range: vscode.Range, message: string): Promise<void> {
    const problem = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
    problem.source = 'Lamplight';
    this.#diagnostics.set(document.uri, [problem]);
    await vscode.window.showTextDocument(document, {
      selection: range,
      viewColumn: codeColumn(document.uri),
    });
  }

  clear(event: EventReference): void {
    if (event.kind === 'saved') this.#diagnostics.delete(vscode.Uri.file(event.file));
  }

  dispose(): void {
    this.#changes.dispose();
    this.#diagnostics.dispose();
  }
}
