import type { FunctionVersion } from '../../client/versions.ts';
import type { ProjectStore } from './projectStore.ts';

/** Versions that are shown before somebody asks for more. */
export const VERSIONS_SHOWN = 25;

type Read = (functionName: string) => Promise<readonly FunctionVersion[]>;

interface Known {
  /** What the host said of the versions when they were read. */
  readonly stamp: string;
  readonly versions: Promise<readonly FunctionVersion[]>;
}

/**
 * The published versions of a folder's functions. The host tells only their figures (protocol/model.ts); the versions
 * themselves are read when somebody looks, and again when the figures differ from those of the last reading.
 */
export class VersionLists {
  readonly #store: Pick<ProjectStore, 'function'>;
  readonly #read: Read;
  readonly #known = new Map<string, Known>();
  readonly #shown = new Map<string, number>();

  constructor(store: Pick<ProjectStore, 'function'>, read: Read) {
    this.#store = store;
    this.#read = read;
  }

  /** Newest first. Nothing where the function has none; rejects with why they can't be had. */
  async of(functionName: string): Promise<readonly FunctionVersion[]> {
    const figures = this.#store.function(functionName)?.live?.versions;
    if (figures === undefined) {
      this.#known.delete(functionName);
      return [];
    }
    const stamp = JSON.stringify(figures);
    const known = this.#known.get(functionName);
    if (known?.stamp === stamp) return known.versions;
    const versions = this.#read(functionName).then(list => list.toReversed());
    this.#known.set(functionName, { stamp, versions });
    // What failed is tried again by whoever asks next.
    versions.catch(() => {
      if (this.#known.get(functionName)?.versions === versions) this.#known.delete(functionName);
    });
    return versions;
  }

  /** How many of a function's versions the tree shows. */
  shown(functionName: string): number {
    return this.#shown.get(functionName) ?? VERSIONS_SHOWN;
  }

  showMore(functionName: string): void {
    // Each time as many again: nobody presses it forty times for a thousand versions.
    this.#shown.set(functionName, this.shown(functionName) * 2);
  }

  /** The host has gone; another one may answer otherwise. */
  clear(): void {
    this.#known.clear();
  }
}
