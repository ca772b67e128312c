/** Stacks and logs in terms of the sources, as the editor shows them: what a build made leads to what was written. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { SourceMaps } from '../client/sourceMaps.ts';
import { placesIn } from '../client/stackFrames.ts';

export interface StackOptions {
  /** Sources below it are named relative to it. */
  readonly cwd: string;
  /** Folder of the running code on this machine; asked for where a text names `/var/task`, a container's own. */
  readonly codeRoot: () => Promise<string | undefined>;
}

const TASK = '/var/task/';

/** `text` with each place in a built file replaced by that in its source; other places stay as they are. */
export async function readableStacks(text: string, { cwd, codeRoot }: StackOptions): Promise<string> {
  const maps = new SourceMaps();
  const root = text.includes(TASK) ? await codeRoot() : undefined;
  let out = '';
  let from = 0;
  for (const place of placesIn(text)) {
    const file =
      root !== undefined && place.file.startsWith(TASK)
        ? path.join(root, place.file.slice(TASK.length))
        : place.file;
    const source = await maps.source({ ...place, file });
    if (source.file === file || !(await isThere(source.file))) continue;
    const column = source.column === undefined ? '' : `:${source.column}`;
    out += `${text.slice(from, place.start)}${nameOf(source.file, cwd)}:${source.line}${column}`;
    from = place.end;
  }
  return out + text.slice(from);
}

function nameOf(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
