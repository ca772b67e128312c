/** Watches a tree by the system's own recursive watch: macOS and Windows. */
import { type FSWatcher, watch } from 'node:fs';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { isIn } from '../files/isIn.ts';
import { isNeverEntered } from '../files/skipped.ts';
import { walk } from '../files/walk.ts';
import type { TreeWatch, TreeWatchOptions } from './treeWatch.ts';

/** Files told of a folder that came as a whole (moved in, unpacked). */
const MOST_TOLD = 20_000;

export class RecursiveWatches implements TreeWatch {
  private readonly changed: TreeWatchOptions['changed'];
  private readonly failed: TreeWatchOptions['failed'];
  private readonly watches = new Map<string, FSWatcher>();
  private disposed = false;

  constructor({ changed, failed }: TreeWatchOptions) {
    this.changed = changed;
    this.failed = failed;
  }

  addTree(root: string): void {
    if (!this.isCovered(root)) this.open(root, true);
  }

  addFolder(folder: string): void {
    if (!this.isCovered(folder) && !this.watches.has(`${folder}/`)) this.open(folder, false);
  }

  private isCovered(folder: string): boolean {
    return [...this.watches.keys()].some(watched => covers(watched, folder));
  }

  /** Trees are kept by their path, single folders with a slash behind it. */
  private open(root: string, recursive: boolean): void {
    if (this.disposed) return;
    try {
      const watcher = watch(root, { persistent: false, recursive }, (event, name) => {
        if (name !== null) this.seen(root, event, name);
      });
      watcher.on('error', error => this.lost(root, error));
      this.watches.set(recursive ? root : `${root}/`, watcher);
    } catch (error) {
      this.lost(root, error);
    }
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this.disposed = true;
    for (const watcher of this.watches.values()) watcher.close();
    this.watches.clear();
  }

  private lost(root: string, error: unknown): void {
    for (const key of [root, `${root}/`]) {
      this.watches.get(key)?.close();
      this.watches.delete(key);
    }
    const why = error instanceof Error ? error.message : String(error);
    // A folder that isn't there (yet) is told by the template's problem.
    if (!why.includes('ENOENT'))
      this.failed(`${root} is not watched: ${why}. Changes in it count after a restart.`);
  }

  private seen(root: string, event: string, name: string): void {
    if (this.disposed || name.split(path.sep).some(isNeverEntered)) return;
    const file = path.join(root, name);
    this.changed(file);
    if (event === 'rename') void this.tellFolder(file);
  }

  private async tellFolder(file: string): Promise<void> {
    if ((await lstat(file).catch(() => undefined))?.isDirectory() !== true) return;
    const tree = await walk(file, { enter: name => !isNeverEntered(name), most: MOST_TOLD, deepest: 32 });
    if (this.disposed) return;
    for (const { folder, files } of tree.folders)
      for (const name of files) this.changed(path.join(folder, name));
  }
}

/** Whether a watch on `watched` sees what happens in `folder`, leaving aside folders that are never entered. */
function covers(watched: string, folder: string): boolean {
  if (watched.endsWith('/')) return false;
  const relative = path.relative(watched, folder);
  return isIn(watched, folder) && !relative.split(path.sep).some(isNeverEntered);
}
