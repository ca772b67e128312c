import * as vscode from 'vscode';
import { RESULT_SCHEME } from '../contributions.ts';
import { eventTitle, repeatTitle } from '../events/eventReference.ts';
import type { EventReference } from '../events/eventReference.ts';
import { t } from '../localize.ts';
import { attemptKey, attemptOf, mayRunLater } from '../project/attemptKey.ts';
import { codePlaces } from '../project/codePlaces.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Projects } from '../project/projects.ts';
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
  readonly #projects: Projects;
  readonly #results = new Map<string, Result>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables: readonly { dispose(): unknown }[];
  #count = 0;
  readonly onDidChange = this.#changed.event;

  constructor(projects: Projects) {
    this.#projects = projects;
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

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    if (this.get(uri) === undefined) await this.#recall(uri);
    return (
      this.get(uri)?.document.text ??
      t('This result is not open any more. Recent invocations in the Functions view still have it.')
    );
  }

  /** A new document for an invocation; `startedAt` names its tab. */
  async begin(invocation: Invocation, startedAt: number): Promise<vscode.Uri> {
    this.#count += 1;
    const uri = documentUri(invocation.target, startedAt, { nth: String(this.#count) });
    await this.#set(uri, invocation);
    return uri;
  }

  /** The document of an invocation that the host remembers. Nothing is asked of the host before it is opened. */
  place(target: FunctionTarget, key: string, startedAt: number): vscode.Uri {
    return documentUri(target, startedAt, {
      folder: target.project.folder.uri.toString(),
      function: target.name,
      request: key,
    });
  }

  /** The open document of an invocation that the host remembers, else a new one. */
  async open(target: FunctionTarget, key: string): Promise<vscode.Uri> {
    const open = [...this.#results.values()].flatMap(({ state, uri }) =>
      state.kind === 'finished' && attemptKey(state.record) === key ? [{ record: state.record, uri }] : [],
    );
    const final = open.find(({ record }) => !mayRunLater(record));
    if (final !== undefined) return final.uri;
    const invocation = await remembered(target, key);
    const { state } = invocation;
    const same = open.find(
      ({ record }) =>
        state.kind === 'finished' &&
        record.status === state.record.status &&
        record.startedAt === state.record.startedAt,
    );
    if (same !== undefined) return same.uri;
    const uri = this.place(target, key, state.kind === 'finished' ? state.record.startedAt : 0);
    await this.#set(uri, invocation);
    return uri;
  }

  /** Fills a document of {@link place}: it is opened by a link, or was open when the window closed. Starts no host. */
  async #recall(uri: vscode.Uri): Promise<void> {
    const query = new URLSearchParams(uri.query);
    const [folder, name, key] = ['folder', 'function', 'request'].map(key => query.get(key));
    const project = this.#projects.all().find(one => one.folder.uri.toString() === folder);
    if (project?.connection.session === undefined || !name || !key) return;
    try {
      await this.#set(uri, await remembered({ project, name }, key));
    } catch {
      // The host has forgotten it: the document says so.
    }
  }

  async #set(uri: vscode.Uri, invocation: Invocation): Promise<void> {
    this.#results.set(uri.toString(), { ...invocation, uri, document: EMPTY_DOCUMENT });
    await this.update(uri, invocation.state);
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

/** The path is the tab's title; the document gets its language from it too (package.json, languages). */
function documentUri(
  { name }: FunctionTarget,
  startedAt: number,
  query: Readonly<Record<string, string>>,
): vscode.Uri {
  return vscode.Uri.from({
    scheme: RESULT_SCHEME,
    path: `/lamplight-result/${name} ${clock(startedAt)}`,
    query: new URLSearchParams(query).toString(),
  });
}

/** An invocation from the host's history. `key`: attemptKey.ts. */
export async function remembered(target: FunctionTarget, key: string): Promise<Invocation> {
  const session = await target.project.connection.ensure();
  const { requestId, attempt } = attemptOf(key);
  const record = await session.invocation(requestId, attempt);
  return {
    target,
    qualifier: record.qualifier,
    event: { kind: 'text', title: repeatTitle(requestId), text: record.event },
    text: record.event,
    state: { kind: 'finished', record },
  };
}
