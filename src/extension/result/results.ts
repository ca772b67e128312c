import * as vscode from 'vscode';
import { RESULT_SCHEME } from '../contributions.ts';
import { eventTitle, repeatTitle } from '../events/eventReference.ts';
import type { EventReference } from '../events/eventReference.ts';
import { t } from '../localize.ts';
import { codePlaces } from '../project/codePlaces.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { clock } from '../views/format.ts';
import { resultDocument } from './resultDocument.ts';
import type { ResultDocument } from './resultDocument.ts';
import { resultSections } from './resultText.ts';
import type { ResultState } from './resultText.ts';

/** One invocation as commands need it: what ran, with which event, and what came of it. */
export interface Invocation {
  readonly target: FunctionTarget;
  readonly qualifier: string | undefined;
  readonly event: EventReference;
  /** JSON text of the event. */
  readonly text: string;
  readonly state: ResultState;
}

/** An invocation in its document. */
export interface Result extends Invocation {
  readonly uri: vscode.Uri;
  readonly document: ResultDocument;
}

const EMPTY_DOCUMENT: ResultDocument = { text: '', sections: [], links: [] };

/** The read-only documents that show invocations, one for each; it is forgotten when its editor is closed. */
export class Results implements vscode.TextDocumentContentProvider {
  readonly #results = new Map<string, Result>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables: readonly { dispose(): unknown }[];
  #count = 0;
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#disposables = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(RESULT_SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(document => {
        if (document.uri.scheme === RESULT_SCHEME) this.#results.delete(document.uri.toString());
      }),
    ];
  }

  get(uri: vscode.Uri): Result | undefined {
    return this.#results.get(uri.toString());
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.get(uri)?.document.text ??
      t('This result is not open any more. Recent invocations in the Functions view still have it.')
    );
  }

  /** A new document for an invocation; `startedAt` names its tab. */
  async begin(invocation: Invocation, startedAt: number): Promise<vscode.Uri> {
    this.#count += 1;
    // The path is the tab's title; it gets its language from it too (package.json, languages).
    const uri = vscode.Uri.from({
      scheme: RESULT_SCHEME,
      path: `/lamplight-result/${invocation.target.name} ${clock(startedAt)}`,
      query: String(this.#count),
    });
    this.#results.set(uri.toString(), { ...invocation, uri, document: EMPTY_DOCUMENT });
    await this.update(uri, invocation.state);
    return uri;
  }

  /** The open document of an invocation that the host remembers, else a new one. */
  async open(target: FunctionTarget, requestId: string): Promise<vscode.Uri> {
    for (const { state, uri } of this.#results.values())
      if (state.kind === 'finished' && state.record.requestId === requestId) return uri;
    const invocation = await remembered(target, requestId);
    const { state } = invocation;
    return this.begin(invocation, state.kind === 'finished' ? state.record.startedAt : 0);
  }

  /** Shows the next state of an invocation in its document. */
  async update(uri: vscode.Uri, state: ResultState): Promise<void> {
    const result = this.get(uri);
    if (result === undefined) return;
    const sections = resultSections({
      functionName: result.target.name,
      eventTitle: eventTitle(result.event),
      event: result.text,
      state,
    });
    const document = await resultDocument(sections, codePlaces(result.target));
    this.#results.set(uri.toString(), { ...result, state, document });
    this.#changed.fire(uri);
  }

  /** Beside the code, in the column that results already have; the focus stays where it is. */
  async show(uri: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    // VS Code does not hear of changes before the document is open; a fast function has answered by then.
    if (document.getText() !== this.get(uri)?.document.text) this.#changed.fire(uri);
    const column = vscode.window.tabGroups.all.find(group =>
      group.tabs.some(
        tab => tab.input instanceof vscode.TabInputText && tab.input.uri.scheme === RESULT_SCHEME,
      ),
    )?.viewColumn;
    await vscode.window.showTextDocument(document, {
      viewColumn: column ?? vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

/** An invocation from the host's history. */
export async function remembered(target: FunctionTarget, requestId: string): Promise<Invocation> {
  const session = await target.project.connection.ensure();
  const record = await session.invocation(requestId);
  return {
    target,
    qualifier: record.qualifier,
    event: { kind: 'text', title: repeatTitle(requestId), text: record.event },
    text: record.event,
    state: { kind: 'finished', record },
  };
}
