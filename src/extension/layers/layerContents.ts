import type { LayerEntry, LayerFolder } from '../../protocol/model.ts';

/** Entries of one folder that are shown before somebody asks for more. */
export const ENTRIES_SHOWN = 200;

type Read = (arn: string, path: string) => Promise<LayerFolder>;

/** What lies in layer versions, folder by folder: read when somebody looks, kept until layers change. */
export class LayerContents {
  readonly #read: Read;
  readonly #folders = new Map<string, Promise<LayerFolder>>();
  readonly #shown = new Map<string, number>();

  constructor(read: Read) {
    this.#read = read;
  }

  /** `path` is relative to the layer, '' for its top. Rejects with why it can't be had. */
  folder(arn: string, path: string): Promise<LayerFolder> {
    const key = keyOf(arn, path);
    const known = this.#folders.get(key);
    if (known !== undefined) return known;
    const read = this.#read(arn, path);
    this.#folders.set(key, read);
    // What failed is tried again by whoever asks next.
    read.catch(() => {
      if (this.#folders.get(key) === read) this.#folders.delete(key);
    });
    return read;
  }

  /** A file, folder or link by its path; undefined where there is none. Rejects as {@link folder}. */
  async entry(arn: string, path: string): Promise<LayerEntry | undefined> {
    const slash = path.lastIndexOf('/');
    const { entries } = await this.folder(arn, slash === -1 ? '' : path.slice(0, slash));
    const name = path.slice(slash + 1);
    return entries.find(entry => entry.name === name);
  }

  /** How many entries of a folder the tree shows. */
  shown(arn: string, path: string): number {
    return this.#shown.get(keyOf(arn, path)) ?? ENTRIES_SHOWN;
  }

  showMore(arn: string, path: string): void {
    // Nobody presses it fifty times for ten thousand files.
    this.#shown.set(keyOf(arn, path), this.shown(arn, path) * 4);
  }

  /** Layers of templates follow their folders, and another host may answer otherwise. */
  clear(): void {
    this.#folders.clear();
  }
}

// No ARN has a space.
const keyOf = (arn: string, path: string): string => `${arn} ${path}`;
