import * as vscode from 'vscode';
import { isOn } from '../../protocol/faults.ts';
import { commands } from '../contributions.ts';
import { ruleLine } from '../faults/faultWords.ts';
import { t } from '../localize.ts';
import type { Projects } from '../project/projects.ts';
import { escapeMarkdown } from '../views/row.ts';

/** Says in the status bar, for as long as it is so, that failures are made: who has forgotten it looks for a bug. */
export class FaultStatusItem {
  readonly #projects: Projects;
  readonly #disposables: { dispose(): void }[];
  /** Most windows never need it. */
  #item: vscode.StatusBarItem | undefined;

  constructor(projects: Projects) {
    this.#projects = projects;
    this.#disposables = [
      projects.onFolders.add(() => this.#draw()),
      projects.onChange.add(({ change }) => {
        if (change.kind === 'faults' || change.kind === 'functions') this.#draw();
      }),
    ];
  }

  #draw(): void {
    const projects = this.#projects.all();
    const rules = projects.flatMap(({ store, folder }) =>
      store
        .faults()
        .filter(isOn)
        .map(rule => ruleLine(rule, projects.length > 1 ? folder.name : undefined)),
    );
    if (rules.length === 0) {
      this.#item?.hide();
      return;
    }
    const item = (this.#item ??= this.#made());
    const said = rules.length === 1 ? t('1 fault rule is on') : t('{0} fault rules are on', rules.length);
    item.text = `$(zap) ${rules.length === 1 ? t('1 fault rule') : t('{0} fault rules', rules.length)}`;
    item.accessibilityInformation = { label: t('Lamplight: {0}', said), role: 'button' };
    const tooltip = new vscode.MarkdownString(
      [
        escapeMarkdown(t('{0}: invocations fail on purpose.', said)),
        rules.map(line => `- ${escapeMarkdown(line)}`).join('\n'),
        `[${t('Clear All Faults')}](command:${commands.faultClear})`,
      ].join('\n\n'),
    );
    tooltip.isTrusted = { enabledCommands: [commands.faultClear] };
    item.tooltip = tooltip;
    item.show();
  }

  #made(): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('lamplight.faults', vscode.StatusBarAlignment.Left, 8);
    item.name = t('Lamplight Faults');
    item.command = commands.faultMenu;
    item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#item?.dispose();
  }
}
