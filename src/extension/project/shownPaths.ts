import { realpathSync } from 'node:fs';
import path from 'node:path';

/**
 * The paths of one folder as the editor shows them. Where it was opened through a symbolic link the host, which knows
 * files by where they are, calls them otherwise: what it says of them has to be told in the editor's words.
 */
export class ShownPaths {
  readonly #folder: string;
  #real: string | undefined;

  /** @param folder absolute, as the editor has it */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where the folder is; the folder itself where it can't be asked. */
  get real(): string {
    if (this.#real === undefined) {
      try {
        this.#real = realpathSync.native(this.#folder);
      } catch {
        // It is gone, or may come back: asked again the next time.
        return this.#folder;
      }
    }
    return this.#real;
  }

  /** The path of a file or folder in it as the editor shows it; any other path as it is. */
  readonly shown = (file: string): string => {
    const relative = path.relative(this.real, file);
    const outside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
    return outside ? file : path.join(this.#folder, relative);
  };
}
