/** How a platform watches trees. */
export interface TreeWatchOptions {
  /** A file or folder was made, changed, or is gone. May be called often for one change. */
  readonly changed: (path: string) => void;
  /** A part is not watched, and why. */
  readonly failed: (message: string) => void;
}

export interface TreeWatch {
  /** Watches a folder and all below it that isn't another program's business. Does nothing where it is watched already. */
  addTree(root: string): void;
  /** Watches the files of a folder, nothing below. */
  addFolder(folder: string): void;
  /** Resolves when all that was added is watched. */
  settled(): Promise<void>;
  dispose(): void;
}
