/** Tells which files of a workspace change. */
import path from 'node:path';
import { changeBatch } from './changeBatch.ts';
import { FolderWatches } from './folderWatches.ts';
import { RecursiveWatches } from './recursiveWatches.ts';
import type { TreeWatch, TreeWatchOptions } from './treeWatch.ts';

export interface WatchOptions {
  /** Something is not watched; the message says why, and what that means. */
  readonly failed?: (message: string) => void;
  /** The way of the platform unless told. */
  readonly way?: 'folders' | 'recursive';
}

export interface WorkspaceWatch {
  /** Resolves when every change from now on will be told. */
  readonly ready: Promise<void>;
  /**
   * Further places to watch, outside of the workspace or in folders that are left out: the files of folders, and trees
   * with all that is in them. Those that are watched already cost nothing.
   */
  include(places: { readonly folders?: readonly string[]; readonly trees?: readonly string[] }): void;
  dispose(): void;
}

/**
 * @param onChange gets absolute paths of files and folders that were made, changed or are gone, after 12 ms of quiet
 */
export function watchWorkspace(
  folder: string,
  onChange: (paths: readonly string[]) => void,
  options: WatchOptions = {},
): WorkspaceWatch {
  const batch = changeBatch(onChange);
  const tree = treeWatch(options.way ?? platformWay(), {
    changed: batch.add,
    failed: options.failed ?? (() => undefined),
  });
  tree.addTree(path.resolve(folder));
  return {
    ready: tree.settled(),
    include({ folders = [], trees = [] }) {
      for (const root of trees) tree.addTree(path.resolve(root));
      for (const one of folders) tree.addFolder(path.resolve(one));
    },
    dispose() {
      batch.dispose();
      tree.dispose();
    },
  };
}

/** Recursive watches are the system's own on these only. */
function platformWay(): 'folders' | 'recursive' {
  return process.platform === 'darwin' || process.platform === 'win32' ? 'recursive' : 'folders';
}

function treeWatch(way: 'folders' | 'recursive', options: TreeWatchOptions): TreeWatch {
  return way === 'folders' ? new FolderWatches(options) : new RecursiveWatches(options);
}
