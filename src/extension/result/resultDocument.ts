import type { Place } from '../../client/sourceMaps.ts';
import { placesIn } from '../../client/stackFrames.ts';
import type { Section } from './resultText.ts';

/** A range of one line that leads to a place in the code. */
export interface ResultLink {
  readonly line: number;
  readonly startColumn: number;
  readonly endColumn: number;
  readonly target: Place;
}

/** The finished text, with what folds and what can be clicked. Lines and columns count from 0. */
export interface ResultDocument {
  readonly text: string;
  readonly sections: readonly {
    readonly title: string;
    readonly startLine: number;
    readonly endLine: number;
  }[];
  readonly links: readonly ResultLink[];
}

/** Where code that a stack names lies on this machine, and what to call it. */
export interface Places {
  /** The source of a place that a stack names; undefined where this machine has no such file. */
  source(place: Place): Promise<Place | undefined>;
  /** How a reader knows a file: relative to the workspace folder. */
  show(file: string): string;
}

/** Joins the sections, and puts the places that they name into the words of the workspace. */
export async function resultDocument(sections: readonly Section[], places: Places): Promise<ResultDocument> {
  const lines: string[] = [];
  const links: ResultLink[] = [];
  const ranges: { title: string; startLine: number; endLine: number }[] = [];
  for (const section of sections) {
    const startLine = lines.length;
    if (section.title !== '') lines.push(`## ${section.title}`);
    for (const line of section.body.split(/\r?\n/)) {
      const mapped = await mapLine(line, lines.length, places);
      lines.push(mapped.text);
      links.push(...mapped.links);
    }
    ranges.push({ title: section.title, startLine, endLine: lines.length - 1 });
    lines.push('');
  }
  return { text: lines.join('\n'), sections: ranges, links };
}

async function mapLine(
  line: string,
  number: number,
  places: Places,
): Promise<{ readonly text: string; readonly links: readonly ResultLink[] }> {
  const links: ResultLink[] = [];
  let text = '';
  let from = 0;
  for (const place of placesIn(line)) {
    const source = await places.source(place);
    if (source === undefined) continue;
    text += line.slice(from, place.start);
    const startColumn = text.length;
    text += [
      places.show(source.file),
      source.line,
      ...(source.column === undefined ? [] : [source.column]),
    ].join(':');
    links.push({ line: number, startColumn, endColumn: text.length, target: source });
    from = place.end;
  }
  return { text: text + line.slice(from), links };
}
