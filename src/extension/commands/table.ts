import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { CommandId } from '../contributions.ts';
import { isAbort, messageOf } from '../errors.ts';
import { t } from '../localize.ts';
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

/** A command's work. The first argument is all that any of ours reads: menus of views pass more of their own. */
export type Command = (argument: unknown) => unknown;

/** A part of the table, by command id. */
export type CommandTable = Readonly<Partial<Record<CommandId, Command>>>;

/** Registers every command; one that is missing here does not compile. */
export function registerCommands(app: App): vscode.Disposable {
  const table: Readonly<Record<CommandId, Command>> = {
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
  return vscode.Disposable.from(
    ...Object.entries(table).map(([id, run]) =>
      vscode.commands.registerCommand(id, (argument: unknown) => guarded(app, id, run, argument)),
    ),
  );
}

/** Runs a command; an error is shown once, with the log at hand, and goes no further. */
async function guarded(app: App, id: string, run: Command, argument: unknown): Promise<void> {
  try {
    await run(argument);
  } catch (error) {
    if (isAbort(error)) return;
    app.log.channel.error(
      `${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    const action = t('Show Log');
    // Not awaited: the command is over, whether or not somebody reads this.
    void vscode.window.showErrorMessage(messageOf(error), action).then(chosen => {
      if (chosen === action) app.log.channel.show();
    });
  }
}
