import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { functionCode } from '../../client/controlCalls.ts';
import { CODE_SCHEME } from '../contributions.ts';
import { messageOf } from '../errors.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Projects } from '../project/projects.ts';

/** One file, or folder, of a version's code. */
export interface CodePlace extends FunctionTarget {
  /** `$LATEST` or a number. */
  readonly version: string;
  /** Below the code's root, with forward slashes; empty for the root. */
  readonly file: string;
}

/** `absent`: the side of a comparison that has no such file; it is shown as an empty one. */
export function codeUri({ project, name, version, file }: CodePlace, absent = false): vscode.Uri {
  return vscode.Uri.from({
    scheme: CODE_SCHEME,
    path: `/${name}/${version}/${file}`,
    query: new URLSearchParams({
      folder: project.folder.uri.toString(),
      ...(absent ? { absent: 'true' } : {}),
    }).toString(),
  });
}

/**
 * The files of the scheme `lamplight-code`: the code of versions, read only. A version never changes, and the code of
 * `$LATEST` is shown from the workspace where it runs from there.
 */
export class CodeFiles implements vscode.FileSystemProvider {
  readonly #projects: Projects;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #registration: vscode.Disposable;
  readonly onDidChangeFile = this.#changed.event;

  constructor(projects: Projects) {
    this.#projects = projects;
    this.#registration = vscode.workspace.registerFileSystemProvider(CODE_SCHEME, this, {
      isCaseSensitive: true,
      isReadonly: true,
    });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    if (isAbsent(uri)) return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: 0 };
    const found = await this.#on(uri, file => stat(file));
    const type = found.isDirectory() ? vscode.FileType.Directory : vscode.FileType.File;
    return { type, size: found.size, mtime: found.mtimeMs, ctime: found.ctimeMs };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return isAbsent(uri) ? new Uint8Array() : this.#on(uri, file => readFile(file));
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const entries = await this.#on(uri, file => readdir(file, { withFileTypes: true }));
    return entries.map(entry => [
      entry.name,
      entry.isDirectory() ? vscode.FileType.Directory : vscode.FileType.File,
    ]);
  }

  /** Runs `work` on the file on this machine that the address stands for. */
  async #on<T>(uri: vscode.Uri, work: (file: string) => Promise<T>): Promise<T> {
    const place = this.#place(uri);
    // A document of a window that was open before must not start a host by being shown.
    const session = place?.project.connection.session;
    if (place === undefined || session === undefined)
      throw vscode.FileSystemError.Unavailable(
        t('The code of versions can be read while the host is running.'),
      );
    try {
      const { root } = await functionCode(session.client, place.name, place.version);
      const file = path.join(root, ...place.file.split('/'));
      const relative = path.relative(root, file);
      if (relative === '..' || relative.startsWith(`..${path.sep}`)) throw new Error(t('No such file'));
      // Links that lead out of the code were followed when it was packed.
      return await work(await realpath(file));
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      throw isMissing
        ? vscode.FileSystemError.FileNotFound(uri)
        : vscode.FileSystemError.Unavailable(messageOf(error));
    }
  }

  #place(uri: vscode.Uri): CodePlace | undefined {
    const folder = new URLSearchParams(uri.query).get('folder');
    const project = this.#projects.all().find(one => one.folder.uri.toString() === folder);
    const [name, version, ...file] = uri.path.slice(1).split('/');
    if (project === undefined || name === undefined || version === undefined) return undefined;
    return { project, name, version, file: file.join('/') };
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
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
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

const isAbsent = (uri: vscode.Uri): boolean => new URLSearchParams(uri.query).get('absent') === 'true';
