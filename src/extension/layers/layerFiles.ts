import * as vscode from 'vscode';
import { layerFile } from '../../client/controlCalls.ts';
import type { LayerEntry } from '../../protocol/model.ts';
import { LAYER_SCHEME } from '../contributions.ts';
import { messageOf } from '../errors.ts';
import { t } from '../localize.ts';
import type { Projects } from '../project/projects.ts';
import { layerPlaceOf } from './layerUri.ts';
import type { LayerPlace } from './layerUri.ts';

/**
 * The files of layer versions, read only, whatever is in them: as a file system, so that pictures and other binary files
 * are shown as those of a folder are.
 */
export class LayerFiles implements vscode.FileSystemProvider {
  readonly #projects: Projects;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #watched = new Map<string, vscode.Uri>();
  readonly #disposables: readonly { dispose(): unknown }[];
  /** The host tells of no file's time: each change of a layer makes all of them newer. */
  #changes = 0;
  readonly onDidChangeFile = this.#changed.event;

  constructor(projects: Projects) {
    this.#projects = projects;
    this.#disposables = [
      this.#changed,
      vscode.workspace.registerFileSystemProvider(LAYER_SCHEME, this, {
        isCaseSensitive: true,
        isReadonly: true,
      }),
      projects.onChange.add(({ change }) => {
        if (change.kind !== 'layers' || this.#watched.size === 0) return;
        this.#changes += 1;
        this.#changed.fire(
          [...this.#watched.values()].map(uri => ({ type: vscode.FileChangeType.Changed, uri })),
        );
      }),
    ];
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    this.#watched.set(uri.toString(), uri);
    return new vscode.Disposable(() => void this.#watched.delete(uri.toString()));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const place = this.#placeOf(uri);
    const { File, Directory } = vscode.FileType;
    const facts = { ctime: 0, mtime: this.#changes };
    if (place.path === '') return { ...facts, type: Directory, size: 0 };
    const entry = await this.#ask(uri, () => place.project.layerContents.entry(place.arn, place.path));
    if (entry === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    if (entry.kind === 'folder') return { ...facts, type: Directory, size: 0 };
    if (entry.kind === 'file') return { ...facts, type: File, size: entry.size ?? 0 };
    const target = await isFolder(place);
    return { ...facts, type: (target ? Directory : File) | vscode.FileType.SymbolicLink, size: 0 };
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const { project, arn, path } = this.#placeOf(uri);
    const { entries } = await this.#ask(uri, () => project.layerContents.folder(arn, path));
    return entries.map(entry => [entry.name, types[entry.kind]]);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { project, arn, path } = this.#placeOf(uri);
    return this.#ask(uri, async () => layerFile((await project.connection.ensure()).client, arn, path));
  }

  #placeOf(uri: vscode.Uri): LayerPlace {
    const place = layerPlaceOf(uri, this.#projects.all());
    if (place === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return place;
  }

  /** VS Code shows the text of its own errors only. */
  async #ask<T>(uri: vscode.Uri, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw vscode.FileSystemError.Unavailable(t('{0} can’t be read: {1}', uri.path, messageOf(error)));
    }
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

const types: Readonly<Record<LayerEntry['kind'], vscode.FileType>> = {
  folder: vscode.FileType.Directory,
  file: vscode.FileType.File,
  link: vscode.FileType.SymbolicLink,
};

/** Where a link leads, the host says; one that leads nowhere is a file that can't be read. */
async function isFolder({ project, arn, path }: LayerPlace): Promise<boolean> {
  return project.layerContents.folder(arn, path).then(
    () => true,
    () => false,
  );
}
