import type { App } from '../app.ts';
import { commands } from '../contributions.ts';
import { projectIn } from './pickers.ts';
import { textIn } from './commandArguments.ts';
import type { CommandTable } from './table.ts';

/** Commands on the Timeline. */
export function timelineCommands(app: App) {
  return {
    [commands.timelineOpen]: async argument => {
      const project = projectIn(argument) ?? (await app.pickers.project());
      if (project !== undefined) app.timelines.open(project, textIn(argument, 'name'));
    },
    [commands.timelineExportPng]: () => app.timelines.export('png'),
    [commands.timelineExportJson]: () => app.timelines.export('json'),
  } satisfies CommandTable;
}
