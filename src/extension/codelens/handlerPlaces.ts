import type { DeclaredFunction } from '../../protocol/workspace.ts';

/** A function and the line of its handler in a text; counts from 0. */
export interface HandlerPlace {
  readonly name: string;
  readonly line: number;
}

/** What a text exports, as workspace/handlers finds it. */
export interface ExportPlace {
  readonly symbol: string;
  readonly line: number;
}

/**
 * Where the handlers of `file` stand in its text as it is now. The folder was read from disk, so a symbol that has moved
 * in an unsaved text is looked for there; one that the text does not export any more has no place.
 */
export function handlerPlaces(
  functions: readonly DeclaredFunction[],
  file: string,
  exports: readonly ExportPlace[],
): readonly HandlerPlace[] {
  return functions
    .flatMap(({ name, handlerLocation }) => {
      if (handlerLocation?.file !== file) return [];
      const found = exports.find(candidate => candidate.symbol === handlerLocation.symbol);
      return found === undefined ? [] : [{ name, line: found.line }];
    })
    .sort((a, b) => a.line - b.line);
}

/** The handler that the cursor is in or below; the first one where it is above them all. */
export function handlerAt(places: readonly HandlerPlace[], line: number): HandlerPlace | undefined {
  return places.findLast(place => place.line <= line) ?? places[0];
}
