import * as vscode from 'vscode';
import { pendingEvents } from '../../client/asynchronous.ts';
import { layerFolder } from '../../client/controlCalls.ts';
import { listVersions } from '../../client/versions.ts';
import type { WorkspaceModel } from '../../protocol/workspace.ts';
import { messageOf } from '../errors.ts';
import { HostConnection } from '../host/hostConnection.ts';
import type { HostAccess } from '../host/hostSession.ts';
import { LayerContents } from '../layers/layerContents.ts';
import type { Log } from '../log.ts';
import { t } from '../localize.ts';
import { buildNews } from './buildNews.ts';
import type { BuildNews } from './buildNews.ts';
import { PENDING_SHOWN, PendingLists } from './pendingLists.ts';
import { ProjectStore } from './projectStore.ts';
import { ShownPaths } from './shownPaths.ts';
import { VersionLists } from './versionLists.ts';

/** Reads what a folder declares. It never runs the folder's code, and throws only when the folder can't be read. */
export type Discover = (folder: string) => Promise<WorkspaceModel>;

/** Files whose change can change what the folder declares. */
const DECLARING = '**/*.{ts,mts,cts,js,mjs,cjs,py,yaml,yml,json,toml,template}';
/** A save of many files at once (a branch switch) is read once. */
const SETTLE_MS = 150;
/** How long the status bar says that a build is mended. */
const MENDED_MS = 8_000;

/** One workspace folder: what it declares, its host, and files that were saved since the host last knew of them. */
export class Project {
  readonly folder: vscode.WorkspaceFolder;
  readonly store = new ProjectStore();
  readonly versions: VersionLists;
  readonly pending: PendingLists;
  readonly layerContents: LayerContents;
  readonly paths: ShownPaths;
  readonly connection: HostConnection;
  readonly #discover: Discover;
  readonly #log: Log;
  readonly #disposables: vscode.Disposable[] = [];
  #discovery: Promise<void> | undefined;
  #queued: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #saved = new Set<string>();

  constructor(folder: vscode.WorkspaceFolder, access: HostAccess, discover: Discover, log: Log) {
    this.folder = folder;
    this.paths = new ShownPaths(folder.uri.fsPath);
    this.#discover = discover;
    this.#log = log;
    this.connection = new HostConnection(access);
    this.versions = new VersionLists(this.store, async name =>
      listVersions((await this.connection.ensure()).client, name),
    );
    this.pending = new PendingLists(this.store, async functionName => {
      const { client } = await this.connection.ensure();
      return (await pendingEvents(client, { functionName, maxItems: PENDING_SHOWN })).Events;
    });
    this.layerContents = new LayerContents(async (arn, path) =>
      layerFolder((await this.connection.ensure()).client, arn, path),
    );
    this.store.onChange.add(({ kind }) => {
      if (kind === 'layers') this.layerContents.clear();
    });
    this.connection.onEvent.add(event => {
      if (event.type === 'function')
        this.#tellBuild(
          event.function.name,
          buildNews(this.store.function(event.function.name)?.live, event.function),
        );
      this.store.apply(event);
      if (event.type === 'log') log.record(event.record);
      if (event.type === 'reloaded')
        log.channel.info(`${event.functionName}: new code serves after ${Math.round(event.ms)} ms`);
    });
    this.connection.onState.add(state => {
      if (state.kind === 'stopped' || state.kind === 'failed') {
        this.versions.clear();
        this.pending.clear();
        this.store.disconnected();
      }
      if (state.kind === 'failed') log.channel.error(`${folder.name}: ${state.message}`);
      else if (state.kind === 'ready')
        log.channel.info(`${folder.name}: host ready at ${state.session.info.endpoint}`);
      else if (state.kind === 'stopped' && state.reason !== undefined)
        log.channel.info(`${folder.name}: host stopped: ${state.reason}`);
    });
  }

  /** A mistake stands in the Problems; that it is gone must not need a look there. */
  #tellBuild(name: string, news: BuildNews | undefined): void {
    if (news?.kind === 'broken') this.#log.channel.warn(`${name} does not build: ${news.error}`);
    if (news?.kind !== 'mended') return;
    this.#log.channel.info(`${name} builds again`);
    vscode.window.setStatusBarMessage(`$(check) ${t('{0} builds again', name)}`, MENDED_MS);
  }

  /** Path of the folder as the editor has it. */
  get path(): string {
    return this.folder.uri.fsPath;
  }

  /** Reads the folder once and from then on whenever a declaring file changes. Resolves when the model is there. */
  discovered(): Promise<void> {
    if (this.#discovery === undefined) {
      this.#watch();
      this.#discovery = this.#read();
    }
    return this.#discovery;
  }

  /** Reads the folder again, once for all who ask while a reading is under way. */
  rediscover(): Promise<void> {
    if (this.#discovery === undefined) return this.discovered();
    if (this.#queued !== undefined) return this.#queued;
    const next = this.#discovery.then(() => {
      this.#queued = undefined;
      return this.#read();
    });
    this.#queued = next;
    this.#discovery = next;
    return next;
  }

  async #read(): Promise<void> {
    try {
      this.store.setModel(await this.#discover(this.path));
    } catch (error) {
      this.#log.channel.error(`${this.folder.name} can't be searched for functions: ${messageOf(error)}`);
      this.store.setModel({
        folder: this.path,
        templates: [],
        functions: [],
        layers: [],
        problems: [],
        unparsed: [],
      });
    }
  }

  #watch(): void {
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(this.folder, DECLARING),
    );
    const changed = (uri: vscode.Uri): void => {
      if (/[\\/](node_modules|\.git|\.venv|dist-test)[\\/]/.test(uri.fsPath)) return;
      this.#schedule();
    };
    this.#disposables.push(
      watcher,
      watcher.onDidChange(changed),
      watcher.onDidCreate(changed),
      watcher.onDidDelete(changed),
      vscode.workspace.onDidSaveTextDocument(document => {
        if (document.uri.scheme !== 'file' || !this.contains(document.uri)) return;
        this.#saved.add(document.uri.fsPath);
        this.#schedule();
      }),
    );
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.rediscover();
    }, SETTLE_MS);
  }

  contains(uri: vscode.Uri): boolean {
    return vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === this.folder.uri.toString();
  }

  /**
   * Saves the folder's unsaved files and waits until the host serves the code of every file that was saved since the
   * last time: what runs next is what the editor shows. False when the user keeps a file from being saved.
   */
  async settle(signal?: AbortSignal): Promise<boolean> {
    const unsaved = vscode.workspace.textDocuments.filter(
      document => document.isDirty && document.uri.scheme === 'file' && this.contains(document.uri),
    );
    const results = await Promise.all(unsaved.map(document => document.save()));
    if (results.includes(false)) return false;
    for (const document of unsaved) this.#saved.add(document.uri.fsPath);
    const session = await this.connection.ensure();
    if (this.#saved.size === 0) return true;
    const files = [...this.#saved];
    this.#saved = new Set();
    try {
      await session.sync(files, signal);
    } catch (error) {
      for (const file of files) this.#saved.add(file);
      throw error;
    }
    return true;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
    this.connection.dispose();
    this.store.onChange.dispose();
  }
}
