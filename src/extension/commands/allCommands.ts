import type { App } from '../app.ts';
import type { CommandId } from '../contributions.ts';
import { clockCommands } from './clockCommands.ts';
import { configurationCommands } from './configurationCommands.ts';
import { eventCommands } from './eventCommands.ts';
import { faultCommands } from './faultCommands.ts';
import { functionCommands } from './functionCommands.ts';
import { historyCommands } from './historyCommands.ts';
import { hostCommands } from './hostCommands.ts';
import { invocationCommands } from './invocationCommands.ts';
import { layerCommands } from './layerCommands.ts';
import { lifecycleCommands } from './lifecycleCommands.ts';
import { pendingCommands } from './pendingCommands.ts';
import { timelineCommands } from './timelineCommands.ts';
import { versionCommands } from './versionCommands.ts';
import type { Command } from './table.ts';

/** The work of every command; one that is missing here does not compile. Loaded as the first of them is run. */
export function allCommands(app: App): Readonly<Record<CommandId, Command>> {
  return {
    ...functionCommands(app),
    ...eventCommands(app),
    ...invocationCommands(app),
    ...historyCommands(app),
    ...versionCommands(app),
    ...configurationCommands(app),
    ...layerCommands(app),
    ...lifecycleCommands(app),
    ...hostCommands(app),
    ...clockCommands(app),
    ...pendingCommands(app),
    ...faultCommands(app),
    ...timelineCommands(app),
  };
}
