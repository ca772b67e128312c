/**
 * Watches a tree by one watch a folder: Linux has no recursive ones. Node's own `recursive` does the same there, but
 * can't leave out node_modules, and loses files that an editor replaces by renaming and folders that git removes and
 * makes again (seen in Node 24.21: nothing is told of them any more).
 */
import { type FSWatcher, watch } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isNeverEntered } from '../files/skipped.ts';
import type { TreeWatch, TreeWatchOptions } from './treeWatch.ts';

/** More folders than this are another program's output, and would use up the machine's watches. */
const MOST_FOLDERS = 30_000;
const PARALLEL = 16;

export class FolderWatches implements TreeWatch {
  private readonly changed: TreeWatchOptions['changed'];
  private readonly failed: TreeWatchOptions['failed'];
  private readonly watches = new Map<string, FSWatcher>();
  /** Those of which only the files are watched. */
  private readonly single = new Set<string>();
  private readonly work = new Set<Promise<void>>();
  private complained = false;
  private disposed = false;

  constructor({ changed, failed }: TreeWatchOptions) {
    this.changed = changed;
    this.failed = failed;
  }

  addTree(root: string): void {
    this.during(this.watchTree(root, false));
  }

  addFolder(folder: string): void {
    if (this.disposed || this.watches.has(folder) || !this.open(folder)) return;
    this.single.add(folder);
  }

  /** Resolves when no folder waits to be watched. */
  async settled(): Promise<void> {
    while (this.work.size > 0) await Promise.all(this.work);
  }

  dispose(): void {
    this.disposed = true;
    for (const watcher of this.watches.values()) watcher.close();
    this.watches.clear();
    this.single.clear();
  }

  private during(work: Promise<void>): void {
    const guarded = work.catch(() => undefined);
    this.work.add(guarded);
    void guarded.finally(() => this.work.delete(guarded));
  }

  /** `tell`: the tree is new, so all files in it are changes. */
  private async watchTree(root: string, tell: boolean): Promise<void> {
    let level = [root];
    while (level.length > 0) {
      const next: string[] = [];
      for (let at = 0; at < level.length; at += PARALLEL) {
        const below = await Promise.all(
          level.slice(at, at + PARALLEL).map(folder => this.watchFolder(folder, tell)),
        );
        next.push(...below.flat());
      }
      level = next;
    }
  }

  /** Watches first and reads then, so that nothing is made in between unseen. Gives the folders below. */
  private async watchFolder(folder: string, tell: boolean): Promise<string[]> {
    if (this.disposed) return [];
    // One that was watched alone gets what is below it now.
    if (!this.single.delete(folder) && (this.watches.has(folder) || !this.open(folder))) return [];
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined || entries.some(entry => entry.name === 'pyvenv.cfg')) {
      this.close(folder);
      return [];
    }
    const folders: string[] = [];
    for (const entry of entries) {
      if (isNeverEntered(entry.name)) continue;
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) folders.push(file);
      else if (tell) this.changed(file);
    }
    return folders;
  }

  private open(folder: string): boolean {
    if (this.watches.size >= MOST_FOLDERS) {
      this.complain(`more than ${MOST_FOLDERS} folders`);
      return false;
    }
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => this.seen(folder, event, name));
      watcher.on('error', () => this.close(folder));
      this.watches.set(folder, watcher);
      return true;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOSPC') this.complain('the limit fs.inotify.max_user_watches (raise it with sysctl)');
      else if (code === 'EMFILE')
        this.complain('the limit fs.inotify.max_user_instances (raise it with sysctl)');
      return false;
    }
  }

  private complain(why: string): void {
    if (this.complained) return;
    this.complained = true;
    this.failed(
      `Not all of the workspace is watched: ${why}. Changes in the rest count when the function is invoked from the editor, or after a restart.`,
    );
  }

  private seen(folder: string, event: string, name: string | null): void {
    if (this.disposed || name === null || isNeverEntered(name)) return;
    const file = path.join(folder, name);
    // A folder's own end and attributes come under its own name.
    if (name === path.basename(folder)) this.during(this.seenOwnName(folder, file, event));
    else this.tell(file, event);
  }

  private async seenOwnName(folder: string, file: string, event: string): Promise<void> {
    if ((await lstat(file).catch(() => undefined)) !== undefined) this.tell(file, event);
    else if ((await lstat(folder).catch(() => undefined)) === undefined) this.closeTree(folder);
  }

  private tell(file: string, event: string): void {
    this.changed(file);
    if (event === 'rename') this.during(this.cameOrWent(file));
  }

  /** A folder that was watched under this name is another one now, even if its inode is the same. */
  private async cameOrWent(file: string): Promise<void> {
    const status = await lstat(file).catch(() => undefined);
    this.closeTree(file);
    if (status?.isDirectory() === true && !this.single.has(path.dirname(file)))
      await this.watchTree(file, true);
  }

  private closeTree(root: string): void {
    if (!this.watches.has(root)) return;
    const inside = root + path.sep;
    for (const folder of [...this.watches.keys()]) {
      if (folder === root || folder.startsWith(inside)) this.close(folder);
    }
  }

  private close(folder: string): void {
    this.watches.get(folder)?.close();
    this.watches.delete(folder);
    this.single.delete(folder);
  }
}
