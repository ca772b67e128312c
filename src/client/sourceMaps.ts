import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import type { SourceMapping } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A place in a source file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

type MapOf = (file: string) => Promise<SourceMap | undefined>;

/** The map that lies beside a built file (`index.js.map`), if one does. */
async function mapBeside(file: string): Promise<SourceMap | undefined> {
  try {
    return new SourceMap(
      JSON.parse(await readFile(`${file}.map`, 'utf8')) as ConstructorParameters<typeof SourceMap>[0],
    );
  } catch {
    // No map, or not one: the place itself is the best there is.
    return undefined;
  }
}

/** Follows source maps from the code that ran to the code that was written. Maps are read once. */
export class SourceMaps {
  readonly #maps = new Map<string, Promise<SourceMap | undefined>>();
  readonly #read: MapOf;

  constructor(read: MapOf = mapBeside) {
    this.#read = read;
  }

  /** The source of a place in a built file; the place itself where no map knows better. */
  async source(place: Place): Promise<Place> {
    if (!/\.[cm]?js$/.test(place.file)) return place;
    let map = this.#maps.get(place.file);
    if (map === undefined) {
      map = this.#read(place.file);
      this.#maps.set(place.file, map);
    }
    const found = (await map)?.findEntry(place.line - 1, (place.column ?? 1) - 1);
    if (found === undefined || !isMapping(found)) return place;
    return {
      file: sourceFile(found.originalSource, place.file),
      line: found.originalLine + 1,
      column: found.originalColumn + 1,
    };
  }
}

const isMapping = (found: SourceMapping | object): found is SourceMapping => 'originalSource' in found;

function sourceFile(source: string, builtFile: string): string {
  if (source.startsWith('file://')) return fileURLToPath(source);
  return path.resolve(path.dirname(builtFile), source);
}
