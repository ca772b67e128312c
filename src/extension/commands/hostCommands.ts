import { access } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { HOST_LOG_FILE } from '../../client/ensureHost.ts';
import { findAwsCli } from '../../client/awsCli.ts';
import { shellExports } from '../../client/shellExports.ts';
import { stateFolder } from '../../client/stateFolder.ts';
import type { App } from '../app.ts';
import { clockSentence } from '../clock/shownTime.ts';
import { commands, WALKTHROUGH } from '../contributions.ts';
import type { CommandId } from '../contributions.ts';
import { t } from '../localize.ts';
import type { CommandTable } from './table.ts';

/** Commands on the host, its logs and its terminal. */
export function hostCommands(app: App) {
  return {
    [commands.hostStart]: async () => {
      const project = await app.pickers.project();
      if (project === undefined) return;
      await project.discovered();
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: t('Starting the Lamplight host') },
        () => project.connection.ensure(),
      );
    },
    [commands.hostStop]: async () => {
      const running = app.projects.all().filter(project => project.connection.state.kind !== 'stopped');
      const project = running.length === 1 ? running[0] : await app.pickers.project();
      await project?.connection.stop();
    },
    [commands.hostRestart]: async () => {
      const project = await app.pickers.project();
      await project?.connection.stop();
      await project?.connection.ensure();
    },
    [commands.hostMenu]: () => showMenu(app),
    [commands.hostCopyEnvironment]: async () => {
      const project = await app.pickers.project();
      if (project === undefined) return;
      const [{ info }, awsCli] = await Promise.all([project.connection.ensure(), findAwsCli(process.env)]);
      const shell = process.platform === 'win32' ? 'powershell' : 'sh';
      await vscode.env.clipboard.writeText(shellExports(info, shell, awsCli?.readsEndpoint === false));
      void vscode.window.setStatusBarMessage(
        t('Copied: paste it into a terminal, and the AWS CLI talks to Lamplight.'),
        5_000,
      );
    },
    [commands.hostCopyEndpoint]: async () => {
      const project = await app.pickers.project();
      if (project === undefined) return;
      const { info } = await project.connection.ensure();
      await vscode.env.clipboard.writeText(info.endpoint);
    },
    [commands.hostDoctor]: async () => {
      const project = await app.pickers.project();
      const { command, args, env } = await app.launch();
      const values = Object.entries(env).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const],
      );
      const task = new vscode.Task(
        { type: 'process' },
        project?.folder ?? vscode.TaskScope.Workspace,
        'Doctor',
        'Lamplight',
        new vscode.ProcessExecution(command, [...args, 'doctor'], {
          env: Object.fromEntries(values),
          ...(project === undefined ? {} : { cwd: project.path }),
        }),
      );
      task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
      await vscode.tasks.executeTask(task);
    },
    [commands.logShow]: () => app.log.channel.show(),
    [commands.logShowFunctions]: () => app.log.functions().show(),
    [commands.logShowHost]: async () => {
      const project = await app.pickers.project();
      if (project === undefined) return;
      const file = path.join(await stateFolder(project.path), HOST_LOG_FILE);
      try {
        await access(file);
      } catch {
        // A host in a terminal writes there, and one that never started nowhere.
        app.log.channel.show();
        return;
      }
      await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
    },
    [commands.terminalOpen]: () => app.terminal.open(),
    [commands.walkthroughOpen]: () =>
      vscode.commands.executeCommand(
        'workbench.action.openWalkthrough',
        `${app.extensionId}#${WALKTHROUGH}`,
        false,
      ),
  } satisfies CommandTable;
}

/** Everything about the host, behind the status bar item. */
async function showMenu(app: App): Promise<void> {
  const states = app.projects.all().map(project => project.connection.state);
  const ready = states.find(state => state.kind === 'ready');
  const failed = states.find(state => state.kind === 'failed');
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
  const items = [
    ...(ready === undefined
      ? [item('play', t('Start Host'), commands.hostStart, failed?.message.split('\n')[0])]
      : []),
    item('output', t('Show Function Logs'), commands.logShowFunctions),
    ...(ready === undefined ? [] : [item('clock', t('Clock…'), commands.clockMenu, clockDetail(app))]),
    item('terminal', t('Open AWS CLI Terminal'), commands.terminalOpen),
    item('copy', t('Copy AWS CLI Environment'), commands.hostCopyEnvironment),
    item('link', t('Copy Endpoint'), commands.hostCopyEndpoint, ready?.session.info.endpoint),
    item('notebook', t('Show Host Log'), commands.logShowHost),
    item('pulse', t('Run Doctor'), commands.hostDoctor),
    // The first one is chosen by Enter alone: what ends something stands last.
    ...(ready === undefined
      ? []
      : [
          item('debug-restart', t('Restart Host'), commands.hostRestart),
          item('debug-stop', t('Stop Host'), commands.hostStop, t('for every window and terminal')),
        ]),
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: t('Lamplight Host') });
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
}

/** How service time passes, where one folder is open: of several each has its own. */
function clockDetail({ projects }: App): string | undefined {
  const [only, ...others] = projects.all();
  const clock = others.length === 0 ? only?.store.clock : undefined;
  return clock && clockSentence(clock);
}
