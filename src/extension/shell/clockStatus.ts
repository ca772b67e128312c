import * as vscode from 'vscode';
import { clockWords } from '../clock/shownTime.ts';
import { commands } from '../contributions.ts';
import { t } from '../localize.ts';
import type { Projects } from '../project/projects.ts';
import { escapeMarkdown } from '../views/row.ts';

/** Says in the status bar that service time isn't the machine's: who doesn't know it can't explain what happens. */
export class ClockStatusItem {
  readonly #projects: Projects;
  readonly #disposables: { dispose(): void }[];
  /** Most windows never need it. */
  #item: vscode.StatusBarItem | undefined;

  constructor(projects: Projects) {
    this.#projects = projects;
    this.#disposables = [
      projects.onFolders.add(() => this.#draw()),
      projects.onChange.add(({ change }) => {
        if (change.kind === 'clock') this.#draw();
      }),
    ];
  }

  #draw(): void {
    const projects = this.#projects.all();
    const clocks = projects.flatMap(({ folder, store: { clock } }) => {
      const words = clock && clockWords(clock);
      return words === undefined ? [] : [{ folder: folder.name, words, frozen: clock?.frozen === true }];
    });
    const [first] = clocks;
    if (first === undefined) {
      this.#item?.hide();
      return;
    }
    const item = (this.#item ??= this.#made());
    const named = (folder: string, text: string): string =>
      projects.length > 1 ? `${folder}: ${text}` : text;
    const short = clocks.map(({ folder, words }) => named(folder, words.short)).join(', ');
    const long = clocks.map(({ folder, words }) => named(folder, words.long));
    item.text = `$(${first.words.icon}) ${short}`;
    item.accessibilityInformation = { label: t('Lamplight clock: {0}', long.join(' ')), role: 'button' };
    const tooltip = new vscode.MarkdownString(
      [
        ...long.map(escapeMarkdown),
        escapeMarkdown(
          t('Retries, schedules and ages follow service time; running handlers stay on real time.'),
        ),
        [
          [t('Resume'), commands.clockResume, clocks.some(({ frozen }) => frozen)] as const,
          [t('Speed…'), commands.clockSpeed, true] as const,
          [t('Advance…'), commands.clockAdvance, true] as const,
        ]
          .flatMap(([title, command, offered]) => (offered ? [`[${title}](command:${command})`] : []))
          .join(' · '),
      ].join('\n\n'),
    );
    tooltip.isTrusted = {
      enabledCommands: [commands.clockResume, commands.clockSpeed, commands.clockAdvance],
    };
    item.tooltip = tooltip;
    // exactOptionalPropertyTypes knows no way to take a colour back by assignment.
    Object.assign(item, {
      backgroundColor: clocks.some(({ frozen }) => frozen)
        ? new vscode.ThemeColor('statusBarItem.warningBackground')
        : undefined,
    });
    item.show();
  }

  #made(): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('lamplight.clock', vscode.StatusBarAlignment.Left, 9);
    item.name = t('Lamplight Clock');
    item.command = commands.clockMenu;
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#item?.dispose();
  }
}
