/** What was seen of folders, kept until a file in one of them changes: a look at many packages takes a while. */
import path from 'node:path';
import { isIn } from '../files/isIn.ts';

/** A change of these tells of packages that were installed or removed, in or below their folder. */
const manifests =
  /^(package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|requirements.*\.txt|poetry\.lock|uv\.lock)$/;

/** Whether a file tells of other packages for code that lies in or below its folder. */
export function isManifestAbove(folder: string, file: string): boolean {
  return manifests.test(path.basename(file)) && isIn(path.dirname(file), folder);
}

export class SeenFolders<State> {
  private readonly seen = new Map<string, { readonly folder: string; readonly state: Promise<State> }>();

  /** What `look` gives, once for a key. */
  once(key: string, folder: string, look: () => Promise<State>): Promise<State> {
    let entry = this.seen.get(key);
    if (entry === undefined) {
      const made = { folder, state: look() };
      entry = made;
      this.seen.set(key, made);
      // What failed is tried again.
      made.state.catch(() => this.seen.get(key) === made && this.seen.delete(key));
    }
    return entry.state;
  }

  /** The files have changed: folders that they are part of are looked at again. */
  forget(files: readonly string[]): void {
    for (const [key, { folder }] of this.seen) {
      // A folder above may have been moved away as a whole.
      const concerns = (file: string): boolean =>
        isIn(folder, file) || isIn(file, folder) || isManifestAbove(folder, file);
      if (files.some(concerns)) this.seen.delete(key);
    }
  }
}
