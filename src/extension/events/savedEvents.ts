import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { DeclaredFunction } from '../../protocol/workspace.ts';

/** Folder that holds saved events, a folder for each function in it. */
const EVENTS = 'events';

/**
 * Folders in which a function's events are saved, the first one taking new ones: `events/<function>` beside the
 * template that declares it, and in the workspace folder itself.
 */
export function eventFolders(
  folder: string,
  functionName: string,
  declared: DeclaredFunction | undefined,
): readonly string[] {
  const template = declared?.owner.template;
  const besideTemplate =
    template !== undefined && /\.(ya?ml|json|template)$/i.test(template) ? path.dirname(template) : undefined;
  const bases = [...(besideTemplate === undefined ? [] : [besideTemplate]), folder];
  return [...new Set(bases)].map(base => path.join(base, EVENTS, functionName));
}

/** Absolute paths of a function's saved events, in the order of their names. */
export async function savedEvents(folders: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(
    folders.map(async folder => {
      try {
        const entries = await readdir(folder, { withFileTypes: true });
        return entries
          .filter(entry => entry.isFile() && /\.json$/i.test(entry.name))
          .map(entry => path.join(folder, entry.name));
      } catch (error) {
        // Most functions have none.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    }),
  );
  return lists
    .flat()
    .sort((a, b) => path.basename(a).localeCompare(path.basename(b), 'en', { numeric: true }));
}

/** The function that an event file belongs to by its place: `…/events/<function>/<name>.json`. */
export function functionOfEventFile(file: string): string | undefined {
  const match = /[\\/]events[\\/]([^\\/]+)[\\/][^\\/]+\.json$/i.exec(file);
  return match?.[1];
}
