import * as vscode from 'vscode';
import { hostLaunch } from '../client/nodeBinary.ts';
import type { HostLaunch } from '../client/nodeBinary.ts';
import type { App } from './app.ts';
import { EditorContext } from './codelens/editorContext.ts';
import { EventLenses } from './codelens/eventLenses.ts';
import { HandlerLenses } from './codelens/handlerLenses.ts';
import { Pickers } from './commands/pickers.ts';
import { registerCommands } from './commands/table.ts';
import { CodeFiles } from './compare/codeFiles.ts';
import { setting, settingChanged } from './config.ts';
import { ConfigurationEditing } from './configuration/configurationEditing.ts';
import { ConfigurationFiles } from './configuration/configurationFiles.ts';
import { ConfigurationLenses } from './configuration/configurationLenses.ts';
import { ContextKeys } from './contextKeys.ts';
import { Debugging } from './debug/debugging.ts';
import { bundledSamples } from './events/bundledSamples.ts';
import { ChosenEvents } from './events/chosenEvents.ts';
import { EventDocuments } from './events/eventDocuments.ts';
import { EventPicker } from './events/eventPicker.ts';
import { EventProblems } from './events/eventProblems.ts';
import { Events } from './events/events.ts';
import { Resends } from './events/resends.ts';
import { hostAccess } from './host/hostAccess.ts';
import { hostSettings, startArguments, startVariables } from './host/startArguments.ts';
import { ChosenQualifiers } from './invoke/chosenQualifiers.ts';
import { Invoker } from './invoke/invoker.ts';
import { LayerFiles } from './layers/layerFiles.ts';
import { t, useTranslator } from './localize.ts';
import { Log } from './log.ts';
import { Notices } from './notices.ts';
import { Problems } from './problems.ts';
import { discoverer } from './project/discover.ts';
import { Projects } from './project/projects.ts';
import { AnswerDocuments } from './replay/answerDocuments.ts';
import { EmptyGroup } from './result/emptyGroup.ts';
import { registerResultFeatures } from './result/resultFeatures.ts';
import { Results } from './result/results.ts';
import { AwsTerminal } from './shell/awsTerminal.ts';
import { ClockStatusItem } from './shell/clockStatus.ts';
import { FaultStatusItem } from './shell/faultStatus.ts';
import { StatusBar } from './shell/statusBar.ts';
import { Timelines } from './timeline/timelines.ts';
import { Deletions } from './undo/deletions.ts';
import { AliasesView } from './views/aliasesView.ts';
import { FunctionsView } from './views/functionsView.ts';
import { LayersView } from './views/layersView.ts';

/** Puts the parts together. Starts no host, reads no folder and touches no Docker: the parts do when they are needed. */
export function activate(extension: vscode.ExtensionContext): void {
  const began = performance.now();
  useTranslator((message, ...args) => vscode.l10n.t(message, ...args));
  const log = new Log();
  const context = new ContextKeys();
  const launch = (): Promise<HostLaunch> =>
    hostLaunch(extension.asAbsolutePath('dist/cli.js'), undefined, setting('lamplight.host.nodePath'));
  const projects = new Projects(
    folder =>
      hostAccess({
        folder: folder.uri.fsPath,
        launch: async () => {
          const found = await launch();
          return { ...found, env: { ...found.env, ...startVariables(key => setting(key, folder)) } };
        },
        startArguments: () => startArguments(key => setting(key, folder)),
        log: message => log.channel.info(message),
      }),
    discoverer(folder => ({
      region: setting('lamplight.host.region', vscode.Uri.file(folder)),
      accountId: setting('lamplight.host.accountId', vscode.Uri.file(folder)),
    })),
    log,
  );
  const events = new Events(new ChosenEvents(extension.workspaceState), bundledSamples, openText);
  const eventDocuments = new EventDocuments(projects, events);
  const eventProblems = new EventProblems();
  const resends = new Resends();
  const results = new Results(projects);
  const qualifiers = new ChosenQualifiers(extension.workspaceState);
  const invoker = new Invoker(events, results, eventProblems, qualifiers);
  const pickers = new Pickers(projects);
  const debugging = new Debugging(
    {
      projects,
      pickFunction: () => pickers.pickFunction(),
      invoke: target => invoker.invoke(target),
      qualifier: target => qualifiers.get(target),
      checkEvent: async ({ project, name }, event) =>
        (await invoker.text(event === 'current' ? await events.current(project, name) : event)) !== undefined,
    },
    events,
    results,
  );
  const configurationFiles = new ConfigurationFiles(projects);
  const configuration = new ConfigurationEditing(configurationFiles);
  const terminal = new AwsTerminal({
    storage: extension.globalStorageUri.fsPath,
    launch,
    pickProject: () => pickers.project(),
  });
  const timelines = new Timelines(extension.extensionUri, projects, results, log);
  const app: App = {
    extensionId: extension.extension.id,
    projects,
    log,
    events,
    eventDocuments,
    eventPicker: new EventPicker(events, eventDocuments),
    eventProblems,
    results,
    resends,
    qualifiers,
    deletions: new Deletions(context),
    configuration,
    invoker,
    debugging,
    pickers,
    terminal,
    timelines,
    launch,
  };
  // Disposed in this order: what listens goes before what it listens to.
  extension.subscriptions.push(
    context.watchTrust(),
    registerCommands(app),
    registerResultFeatures(results),
    new EmptyGroup(extension.workspaceState),
    new FunctionsView(projects, context, qualifiers),
    new LayersView(projects),
    new LayerFiles(projects),
    new AliasesView(projects),
    new HandlerLenses(projects, events, qualifiers),
    new EventLenses(projects, eventDocuments, resends),
    new EditorContext(projects, eventDocuments, context),
    new StatusBar(projects, context),
    new ClockStatusItem(projects),
    new FaultStatusItem(projects),
    new ConfigurationLenses(projects),
    new CodeFiles(projects),
    new AnswerDocuments(projects),
    configuration,
    configurationFiles,
    new Problems(projects),
    new Notices(projects, log),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (settingChanged(event, hostSettings)) void offerRestart(app);
    }),
    debugging,
    terminal,
    timelines,
    results,
    eventProblems,
    projects,
    log,
  );
  log.channel.debug(`Activated in ${(performance.now() - began).toFixed(1)} ms`);
}

/** Settings of the host count from its next start. */
async function offerRestart({ projects }: App): Promise<void> {
  const running = projects.all().filter(project => project.connection.session !== undefined);
  if (running.length === 0) return;
  const restart = t('Restart Host');
  const chosen = await vscode.window.showInformationMessage(
    t('The Lamplight host takes up its changed settings at its next start.'),
    restart,
  );
  if (chosen !== restart) return;
  for (const { connection } of running) {
    await connection.stop();
    await connection.ensure();
  }
}

/** Text of an open document, with what is not saved yet. */
function openText(file: string): string | undefined {
  return vscode.workspace.textDocuments
    .find(document => document.uri.scheme === 'file' && document.uri.fsPath === file)
    ?.getText();
}
