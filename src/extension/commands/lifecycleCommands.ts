import type { App } from '../app.ts';
import { commands } from '../contributions.ts';
import { createFunction } from '../lifecycle/createFunction.ts';
import { removeFunction } from '../lifecycle/deleteFunction.ts';
import { switchRuntime } from '../runtimes/switchRuntime.ts';
import { projectIn } from './pickers.ts';
import type { CommandTable } from './table.ts';

/** Commands by which functions come, change their runtime, and go. */
export function lifecycleCommands(app: App) {
  return {
    [commands.functionCreate]: async argument => {
      const project = projectIn(argument) ?? (await app.pickers.project());
      if (project !== undefined) await createFunction(project);
    },
    [commands.functionSwitchRuntime]: async argument => {
      const target = await app.pickers.target(argument);
      if (target !== undefined) await switchRuntime({ project: target.project, name: target.name });
    },
    [commands.functionDelete]: async argument => {
      const target = await app.pickers.target(argument);
      const deletion = target && (await removeFunction({ project: target.project, name: target.name }));
      if (deletion !== undefined) app.deletions.add(deletion);
    },
  } satisfies CommandTable;
}
