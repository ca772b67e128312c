import * as vscode from 'vscode';
import { clockStatus, freezeClock, resumeClock, setClockSpeed } from '../../client/controlCalls.ts';
import type { HostClient } from '../../client/hostClient.ts';
import type { ClockStatus } from '../../protocol/clock.ts';
import type { App } from '../app.ts';
import { askDuration, askSpeed } from '../clock/askClock.ts';
import { ClockDrive } from '../clock/driveClock.ts';
import { clockSentence, shownDuration } from '../clock/shownTime.ts';
import { commands } from '../contributions.ts';
import type { CommandId } from '../contributions.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import type { CommandTable } from './table.ts';

/** How long the status bar says what became of the clock. */
const TOLD_MS = 8_000;

/** Commands that drive service time (DESIGN.md rule 2). A keybinding's `args` may be the speed or the duration. */
export function clockCommands(app: App) {
  const onClock =
    (run: (client: HostClient, project: Project, argument: unknown) => Promise<unknown>) =>
    async (argument: unknown): Promise<void> => {
      const project = await app.pickers.project();
      if (project === undefined) return;
      const { client } = await project.connection.ensure();
      await run(client, project, argument);
    };

  return {
    [commands.clockFreeze]: onClock(async client => tell(await freezeClock(client))),
    [commands.clockResume]: onClock(async client => tell(await resumeClock(client))),
    [commands.clockSpeed]: onClock(async (client, _project, argument) => {
      const speed =
        typeof argument === 'number' ? argument : await askSpeed((await clockStatus(client)).speed);
      if (speed !== undefined) tell(await setClockSpeed(client, speed));
    }),
    [commands.clockAdvance]: onClock(async (_client, project, argument) => {
      const duration = typeof argument === 'string' ? argument : await askDuration();
      if (duration !== undefined) await new ClockDrive(project, app.log).advance(duration);
    }),
    [commands.clockNext]: onClock((_client, project) => new ClockDrive(project, app.log).next()),
    [commands.clockMenu]: onClock(async client => showMenu(await clockStatus(client))),
  } satisfies CommandTable;
}

function tell(clock: ClockStatus): void {
  void vscode.window.setStatusBarMessage(clockSentence(clock), TOLD_MS);
}

async function showMenu(clock: ClockStatus): Promise<void> {
  const { next } = clock;
  const item = (
    icon: string,
    label: string,
    command: CommandId,
    detail?: string,
  ): vscode.QuickPickItem & { readonly command: CommandId } => ({
    label: `$(${icon}) ${label}`,
    command,
    ...(detail === undefined ? {} : { detail }),
  });
  const chosen = await vscode.window.showQuickPick(
    [
      clock.frozen
        ? item('debug-continue', t('Resume'), commands.clockResume)
        : item('debug-pause', t('Freeze'), commands.clockFreeze),
      item('dashboard', t('Speed…'), commands.clockSpeed),
      item('debug-step-over', t('Advance…'), commands.clockAdvance),
      item(
        'debug-step-into',
        t('Run Until Next Event'),
        commands.clockNext,
        next === undefined
          ? t('Nothing waits for service time.')
          : t('in {0}: {1}', shownDuration(Math.max(0, next.at - clock.serviceTime)), next.what),
      ),
    ],
    { title: t('Lamplight Clock'), placeHolder: clockSentence(clock) },
  );
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
}
