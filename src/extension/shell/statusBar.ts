import * as vscode from 'vscode';
import { commands } from '../contributions.ts';
import type { ContextKeys } from '../contextKeys.ts';
import type { HostState } from '../host/hostConnection.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import type { Projects } from '../project/projects.ts';
import { escapeMarkdown } from '../views/row.ts';

/** Worst first: what a user has to know of several folders' hosts. */
const order: readonly HostState['kind'][] = ['failed', 'starting', 'stopping', 'ready', 'stopped'];

/** One item: the host's state and port, with everything that can be done about it behind a click. */
export class StatusBar {
  readonly #projects: Projects;
  readonly #context: ContextKeys;
  readonly #item: vscode.StatusBarItem;
  readonly #disposables: { dispose(): void }[];

  constructor(projects: Projects, context: ContextKeys) {
    this.#projects = projects;
    this.#context = context;
    this.#item = vscode.window.createStatusBarItem('lamplight.host', vscode.StatusBarAlignment.Left, 10);
    this.#item.name = t('Lamplight Host');
    this.#item.command = commands.hostMenu;
    this.#disposables = [
      this.#item,
      projects.onHostState.add(() => this.#draw()),
      projects.onFolders.add(() => this.#draw()),
      projects.onChange.add(({ change }) => {
        if (change.kind === 'functions') this.#draw();
      }),
    ];
    this.#draw();
  }

  #draw(): void {
    const projects = this.#projects.all();
    const states = projects.map(project => project.connection.state);
    const worst = order.find(kind => states.some(state => state.kind === kind)) ?? 'stopped';
    this.#context.set('lamplight:host', worst);
    const concerned = projects.some(
      project => project.connection.state.kind !== 'stopped' || !project.store.isEmpty,
    );
    if (!concerned) {
      this.#item.hide();
      return;
    }
    const ports = states.flatMap(state =>
      state.kind === 'ready' ? [new URL(state.session.info.endpoint).port] : [],
    );
    const [icon, words] = label(worst, ports);
    this.#item.text = `$(${icon}) Lamplight${ports.length > 0 && worst === 'ready' ? ` :${ports.join(' :')}` : ''}`;
    // exactOptionalPropertyTypes knows no way to take a colour back by assignment.
    Object.assign(this.#item, {
      backgroundColor:
        worst === 'failed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined,
    });
    this.#item.accessibilityInformation = { label: t('Lamplight: {0}', words), role: 'button' };
    const tooltip = new vscode.MarkdownString(projects.map(tooltipOf).join('\n\n'), true);
    tooltip.isTrusted = {
      enabledCommands: [commands.hostStart, commands.hostStop, commands.logShowHost],
    };
    this.#item.tooltip = tooltip;
    this.#item.show();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

function label(kind: HostState['kind'], ports: readonly string[]): readonly [icon: string, words: string] {
  switch (kind) {
    case 'ready':
      return ['lightbulb', t('host ready on port {0}', ports.join(', '))];
    case 'starting':
      return ['loading~spin', t('host starting')];
    case 'stopping':
      return ['loading~spin', t('host stopping')];
    case 'failed':
      return ['error', t('host failed')];
    case 'stopped':
      return ['circle-outline', t('host stopped')];
  }
}

function tooltipOf(project: Project): string {
  const { state } = project.connection;
  const name = `**${escapeMarkdown(project.folder.name)}**`;
  const link = (title: string, command: string): string => `[${title}](command:${command})`;
  switch (state.kind) {
    case 'ready':
      return `${name}: ${escapeMarkdown(state.session.info.endpoint)}\n\n${link(t('Stop'), commands.hostStop)} · ${link(t('Host log'), commands.logShowHost)}`;
    case 'failed':
      return `${name}: ${escapeMarkdown(state.message.split('\n')[0] ?? '')}\n\n${link(t('Start'), commands.hostStart)} · ${link(t('Host log'), commands.logShowHost)}`;
    case 'stopped':
      return `${name}: ${t('stopped')}\n\n${link(t('Start'), commands.hostStart)}`;
    case 'starting':
      return `${name}: ${t('starting')}`;
    case 'stopping':
      return `${name}: ${t('stopping')}`;
  }
}
