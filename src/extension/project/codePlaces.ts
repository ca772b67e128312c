import { access } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Places } from '../result/resultDocument.ts';
import { SourceMaps } from '../../client/sourceMaps.ts';
import type { FunctionTarget } from './functionTarget.ts';

/**
 * Finds the sources of the places that a function's stacks and logs name. For one drawing: the next build has new maps,
 * and nothing read here is kept for it.
 */
export function codePlaces({ project, name }: FunctionTarget): Places {
  const maps = new SourceMaps();
  const known = new Map<string, Promise<boolean>>();
  const root = project.store.function(name)?.live?.codeRoot;
  const exists = (file: string): Promise<boolean> => {
    const asked =
      known.get(file) ??
      access(file).then(
        () => true,
        () => false,
      );
    known.set(file, asked);
    return asked;
  };
  return {
    show: file => vscode.workspace.asRelativePath(file),
    async source(place) {
      // A container sees its code at /var/task.
      const file =
        root !== undefined && place.file.startsWith('/var/task/')
          ? path.join(root, place.file.slice('/var/task/'.length))
          : place.file;
      if (!(await exists(file))) return undefined;
      const source = await maps.source({ ...place, file });
      return { ...source, file: project.paths.shown(source.file) };
    },
  };
}
