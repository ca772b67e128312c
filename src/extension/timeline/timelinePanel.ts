import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { invocations } from '../../client/controlCalls.ts';
import type { HostEvent } from '../../protocol/control.ts';
import type { InvocationSummary } from '../../protocol/model.ts';
import { isFromPage } from '../../timeline/messages.ts';
import type { Arrived, ExportFormat, FromPage, ToPage } from '../../timeline/messages.ts';
import { TIMELINE_PANEL } from '../contributions.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import { pageHtml } from './pageHtml.ts';

/** Invocations of the host's history that a timeline begins with. */
const HISTORY = 1_000;
/** Milliseconds that events wait for those after them: a frame of the page. */
const BATCH_MS = 16;

export interface TimelineHandlers {
  open(invocation: Extract<FromPage, { type: 'open' }>): Promise<void>;
  save(file: Extract<FromPage, { type: 'exported' }>): Promise<void>;
  readonly failed: (error: unknown) => void;
  closed(): void;
}

/** The Timeline of one folder: a web page that is told what the folder's host does. Starts no host. */
export class TimelinePanel {
  readonly project: Project;
  readonly #panel: vscode.WebviewPanel;
  readonly #handlers: TimelineHandlers;
  readonly #listeners: readonly { dispose(): unknown }[];
  #only: string | undefined;
  #queue: Arrived[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** The page has a picture of the connected host; before, single events would tell it nothing. */
  #hasBegun = false;
  /** Nothing may be said to its page any more. */
  #isClosed = false;

  constructor(project: Project, extensionUri: vscode.Uri, handlers: TimelineHandlers) {
    this.project = project;
    this.#handlers = handlers;
    this.#panel = vscode.window.createWebviewPanel(
      TIMELINE_PANEL,
      t('Lamplight Timeline'),
      vscode.ViewColumn.Active,
      {
        enableScripts: true,
        // What was drawn live, nobody could tell again.
        retainContextWhenHidden: true,
        localResourceRoots: ['dist', 'media'].map(name => vscode.Uri.joinPath(extensionUri, name)),
      },
    );
    const { webview } = this.#panel;
    this.#listeners = [
      webview.onDidReceiveMessage((message: unknown) => {
        if (isFromPage(message)) this.#heard(message).catch(handlers.failed);
      }),
      project.connection.onEvent.add(event => this.#told(event)),
      project.connection.onState.add(({ kind }) => {
        if (kind === 'stopped' || kind === 'failed') this.#lost();
      }),
      this.#panel.onDidChangeViewState(({ webviewPanel: { visible } }) =>
        this.#post({ type: 'visible', visible }),
      ),
      this.#panel.onDidDispose(() => this.#closed()),
    ];
    const uri = (folder: string, file: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, folder, file)).toString();
    webview.html = pageHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(18).toString('base64url'),
      scriptUri: uri('dist', 'timeline.js'),
      styleUri: uri('media', 'timeline.css'),
      language: vscode.env.language,
      messages: vscode.l10n.bundle ?? {},
    });
  }

  get isActive(): boolean {
    return this.#panel.active;
  }

  /** Brings it to the front. @param only the one function to show; undefined: as it is */
  show(only: string | undefined): void {
    this.#panel.reveal();
    if (only === undefined) return;
    this.#only = only;
    this.#post({ type: 'filter', functionName: only });
  }

  /** The page makes the file, and sends it to be saved. */
  export(format: ExportFormat): void {
    this.#post({ type: 'export', format });
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #closed(): void {
    this.#isClosed = true;
    this.#forgetQueue();
    for (const listener of this.#listeners) listener.dispose();
    this.#handlers.closed();
  }

  #post(message: ToPage): void {
    if (!this.#isClosed) void this.#panel.webview.postMessage(message);
  }

  async #heard(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#post({ type: 'filter', ...(this.#only === undefined ? {} : { functionName: this.#only }) });
        if (this.project.connection.session === undefined) this.#lost();
        else await this.#begin();
        return;
      case 'open':
        return this.#handlers.open(message);
      case 'exported':
        return this.#handlers.save(message);
      case 'failed':
        throw new Error(message.message);
    }
  }

  /** Tells the page all that is known by now: what the store has, and what the host's history adds. */
  async #begin(): Promise<void> {
    const { connection, store } = this.project;
    const { session } = connection;
    if (session === undefined) return;
    this.#hasBegun = false;
    // A picture of what is there is better than none, also where history can't be read.
    const past = await invocations(session.client, { maxItems: HISTORY }).catch((error: unknown) => {
      if (!this.#isClosed && connection.session === session) this.#handlers.failed(error);
      return [] as readonly InvocationSummary[];
    });
    const snapshot = connection.session === session ? store.snapshot(past) : undefined;
    if (snapshot === undefined) return;
    this.#forgetQueue();
    this.#post({ type: 'begin', events: [{ wall: Date.now(), event: snapshot }] });
    this.#hasBegun = true;
  }

  #told(event: HostEvent): void {
    if (event.type === 'snapshot') {
      this.#begin().catch(this.#handlers.failed);
      return;
    }
    if (!this.#hasBegun || !isShown(event)) return;
    this.#queue.push({ wall: Date.now(), event });
    this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS);
  }

  #flush(): void {
    const events = this.#queue;
    this.#forgetQueue();
    if (events.length > 0) this.#post({ type: 'events', events });
  }

  #forgetQueue(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue = [];
  }

  #lost(): void {
    // What the host told at last belongs before its end.
    this.#flush();
    this.#hasBegun = false;
    this.#post({ type: 'hostGone', wall: Date.now() });
  }
}

function isShown({ type }: HostEvent): boolean {
  return (
    type === 'environment' ||
    type === 'invocation' ||
    type === 'pendingEvents' ||
    type === 'throttle' ||
    type === 'clock'
  );
}
