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

/** One invocation in its document. */
export interface Result {
  readonly uri: vscode.Uri;
  readonly target: FunctionTarget;
  readonly qualifier: string | undefined;
  readonly event: EventReference;
  /** JSON text of the event. */
  readonly text: string;
  readonly state: ResultState;
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

  /** A new document for an invocation that begins now. */
  begin(
    target: FunctionTarget,
    event: EventReference,
    text: string,
    qualifier: string | undefined,
    startedAt: number,
  ): Result {
    this.#count += 1;
    // The path is the tab's title; it gets its language from it too (package.json, languages).
    const uri = vscode.Uri.from({
      scheme: RESULT_SCHEME,
      path: `/lamplight-result/${target.name} ${clock(startedAt)}`,
      query: String(this.#count),
    });
    const result: Result = {
      uri,
      target,
      qualifier,
      event,
      text,
      state: { kind: 'running' },
      document: EMPTY_DOCUMENT,
    };
    this.#results.set(uri.toString(), result);
    return result;
  }

  /** The document of an invocation that the host remembers; the open one where there is one. */
  async ofInvocation(target: FunctionTarget, requestId: string): Promise<Result> {
    for (const result of this.#results.values()) {
      const { state } = result;
      if (state.kind === 'finished' && state.record.requestId === requestId) return result;
    }
    const session = await target.project.connection.ensure();
    const record = await session.invocation(requestId);
    const event: EventReference = { kind: 'text', title: repeatTitle(requestId), text: record.event };
    const result = this.begin(target, event, record.event, record.qualifier, record.startedAt);
    await this.update(result.uri, { kind: 'finished', record });
    return result;
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
