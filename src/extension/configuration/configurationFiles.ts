import * as vscode from 'vscode';
import { getFunctionConfiguration } from '../../client/functions.ts';
import { settingsOf } from '../../client/functionSettings.ts';
import type { FunctionSettings } from '../../client/functionSettings.ts';
import { CONFIGURATION_SCHEME } from '../contributions.ts';
import { messageOf } from '../errors.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Projects } from '../project/projects.ts';
import { LATEST } from '../versions/latest.ts';
import { configurationPlace, configurationUri } from './configurationUri.ts';
import type { ConfigurationPlace } from './configurationUri.ts';
import { settingsText } from './settingsDocument.ts';

/** What the host has, at one moment. */
export interface HostSettings {
  readonly settings: FunctionSettings;
  readonly revisionId: string | undefined;
}

export async function hostSettings(target: FunctionTarget, qualifier = LATEST): Promise<HostSettings> {
  const { client } = await target.project.connection.ensure();
  const configuration = await getFunctionConfiguration(client, target.name, qualifier);
  return { settings: settingsOf(configuration), revisionId: configuration.RevisionId };
}

interface Content {
  readonly bytes: Uint8Array;
  readonly mtime: number;
  /** Absent of a draft. */
  readonly settings?: FunctionSettings;
}

/**
 * The files of the scheme `lamplight-config`: configurations as JSON. The draft of a function can be written; it is kept in
 * memory, and saving it asks for nothing more than a look at what it changes ({@link onSaved}).
 */
export class ConfigurationFiles implements vscode.FileSystemProvider {
  readonly #projects: Projects;
  readonly #drafts = new Map<string, Content>();
  /** What drafts began with. */
  readonly #begun = new Map<string, FunctionSettings>();
  /** What was shown last, so that its size and time are those of its text. */
  readonly #read = new Map<string, Content>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #saved = new vscode.EventEmitter<FunctionTarget>();
  readonly #registration: vscode.Disposable;
  readonly onDidChangeFile = this.#changed.event;
  /** A draft was saved. */
  readonly onSaved = this.#saved.event;

  constructor(projects: Projects) {
    this.#projects = projects;
    this.#registration = vscode.workspace.registerFileSystemProvider(CONFIGURATION_SCHEME, this, {
      isCaseSensitive: true,
    });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const place = this.#place(uri);
    const { bytes, mtime } = await this.#content(uri, place);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime,
      size: bytes.length,
      ...(place.version === undefined ? {} : { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { bytes, settings } = await this.#content(uri, this.#place(uri));
    if (settings !== undefined) this.#begun.set(uri.toString(), settings);
    return bytes;
  }

  /** The settings of the host that a function's draft began with: what who edits it believes to be there. */
  begunWith({ project, name }: FunctionTarget): FunctionSettings | undefined {
    return this.#begun.get(configurationUri({ project, name }).toString());
  }

  writeFile(uri: vscode.Uri, bytes: Uint8Array): void {
    const place = this.#place(uri);
    if (place.version !== undefined)
      throw vscode.FileSystemError.NoPermissions(
        t('The configuration of {0} {1} can’t be changed.', place.name, place.version),
      );
    this.#drafts.set(uri.toString(), { bytes, mtime: Date.now() });
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    // After the editor has taken note that it is saved.
    setImmediate(() => this.#saved.fire({ project: place.project, name: place.name }));
  }

  /** Forgets the draft; documents show what the host has now. */
  discard(target: FunctionTarget): void {
    const uris = [
      configurationUri({ project: target.project, name: target.name }),
      configurationUri({ project: target.project, name: target.name, version: LATEST }),
    ];
    for (const uri of uris) this.#drafts.delete(uri.toString());
    this.#changed.fire(uris.map(uri => ({ type: vscode.FileChangeType.Changed, uri })));
  }

  /** The host's side may have changed: documents that show it, and drafts that nobody has begun, are read again. */
  refresh({ project, name }: FunctionTarget): void {
    const uris = [
      configurationUri({ project, name, version: LATEST }),
      configurationUri({ project, name }),
    ].filter(uri => !this.#drafts.has(uri.toString()));
    this.#changed.fire(uris.map(uri => ({ type: vscode.FileChangeType.Changed, uri })));
  }

  async #content(uri: vscode.Uri, place: ConfigurationPlace): Promise<Content> {
    const key = uri.toString();
    const draft = this.#drafts.get(key);
    if (draft !== undefined) return draft;
    try {
      const { settings } = await hostSettings(place, place.version);
      const bytes = Buffer.from(settingsText(settings));
      const known = this.#read.get(key);
      if (known !== undefined && bytes.equals(known.bytes)) return known;
      const content = { bytes, mtime: Date.now(), settings };
      this.#read.set(key, content);
      return content;
    } catch (error) {
      throw vscode.FileSystemError.Unavailable(messageOf(error));
    }
  }

  #place(uri: vscode.Uri): ConfigurationPlace {
    const place = configurationPlace(uri, this.#projects);
    if (place === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return place;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
    this.#saved.dispose();
  }
}
