import path from 'node:path';
import * as vscode from 'vscode';
import type { ExportFormat, FromPage } from '../../timeline/messages.ts';
import { messageOf } from '../errors.ts';
import { t } from '../localize.ts';
import type { Log } from '../log.ts';
import { attemptKey } from '../project/attemptKey.ts';
import type { Project } from '../project/project.ts';
import type { Projects } from '../project/projects.ts';
import type { Results } from '../result/results.ts';
import { TimelinePanel } from './timelinePanel.ts';

/** One Timeline for each folder that somebody has opened one of. */
export class Timelines {
  readonly #extensionUri: vscode.Uri;
  readonly #results: Results;
  readonly #log: Log;
  readonly #panels = new Map<Project, TimelinePanel>();

  readonly #folders: { dispose(): unknown };

  constructor(extensionUri: vscode.Uri, projects: Projects, results: Results, log: Log) {
    this.#extensionUri = extensionUri;
    this.#folders = projects.onFolders.add(() => {
      const open = projects.all();
      for (const [project, panel] of this.#panels) if (!open.includes(project)) panel.dispose();
    });
    this.#results = results;
    this.#log = log;
  }

  /** @param only the one function to show; undefined: all, or what it shows already */
  open(project: Project, only?: string): void {
    const open = this.#panels.get(project);
    const panel = open ?? this.#create(project);
    panel.show(only);
  }

  export(format: ExportFormat): void {
    const panels = [...this.#panels.values()];
    const panel = panels.find(({ isActive }) => isActive) ?? panels[0];
    if (panel === undefined) throw new Error(t('Open the Timeline first: run “Lamplight: Open Timeline”.'));
    panel.export(format);
  }

  #create(project: Project): TimelinePanel {
    const panel = new TimelinePanel(project, this.#extensionUri, {
      open: async ({ functionName, requestId, attempt }) => {
        const key = attemptKey({ requestId, attempt });
        await this.#results.show(await this.#results.open({ project, name: functionName }, key));
      },
      save: file => save(project, file),
      failed: error => {
        this.#log.channel.error(`Timeline: ${messageOf(error)}`);
        void vscode.window.showErrorMessage(messageOf(error));
      },
      closed: () => this.#panels.delete(project),
    });
    this.#panels.set(project, panel);
    return panel;
  }

  dispose(): void {
    this.#folders.dispose();
    for (const panel of [...this.#panels.values()]) panel.dispose();
  }
}

/** Asks where to, and writes there. */
async function save(
  project: Project,
  { format, content }: Extract<FromPage, { type: 'exported' }>,
): Promise<void> {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const uri = await vscode.window.showSaveDialog({
    title: format === 'png' ? t('Save the Timeline as a Picture') : t('Save the Timeline as a Chrome Trace'),
    defaultUri: vscode.Uri.file(path.join(project.path, `timeline-${stamp}.${format}`)),
    filters: format === 'png' ? { PNG: ['png'] } : { JSON: ['json'] },
  });
  if (uri === undefined) return;
  await vscode.workspace.fs.writeFile(uri, Buffer.from(content, format === 'png' ? 'base64' : 'utf8'));
  const open = t('Open');
  // Not awaited: it is saved, whether or not somebody reads this.
  void vscode.window
    .showInformationMessage(t('Saved the timeline as {0}.', path.basename(uri.fsPath)), open)
    .then(async chosen => {
      if (chosen === open) await vscode.commands.executeCommand('vscode.open', uri);
    });
}
