import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { commands } from '../contributions.ts';
import type { CommandId } from '../contributions.ts';
import { isAbort, messageOf } from '../errors.ts';
import { t } from '../localize.ts';

/** A command's work. The first argument is all that any of ours reads: menus of views pass more of their own. */
export type Command = (argument: unknown) => unknown;

/** A part of the table, by command id. */
export type CommandTable = Readonly<Partial<Record<CommandId, Command>>>;

/** Registers every command. What they do is a part of the bundle's own: it is read as the first of them is run. */
export function registerCommands(app: App): vscode.Disposable {
  let loading: Promise<Readonly<Record<CommandId, Command>>> | undefined;
  const run = async (id: CommandId, argument: unknown): Promise<void> => {
    loading ??= import('./allCommands.ts').then(({ allCommands }) => allCommands(app));
    const table = await loading;
    await table[id](argument);
  };
  return vscode.Disposable.from(
    ...Object.values(commands).map(id =>
      vscode.commands.registerCommand(id, (argument: unknown) => guarded(app, id, run(id, argument))),
    ),
  );
}

/** Waits for a command; an error is shown once, with the log at hand, and goes no further. */
async function guarded(app: App, id: CommandId, running: Promise<void>): Promise<void> {
  try {
    await running;
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
