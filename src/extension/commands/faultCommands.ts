import * as vscode from 'vscode';
import {
  addFault,
  clearFaults,
  enableFault,
  faultRules,
  removeFault,
  resetFault,
  restoreFault,
} from '../../client/faults.ts';
import type { HostClient } from '../../client/hostClient.ts';
import { isSpent, type FaultRuleSummary } from '../../protocol/faults.ts';
import type { App } from '../app.ts';
import { commands } from '../contributions.ts';
import { askFault } from '../faults/askFault.ts';
import { removedWords, restoredWords, ruleTitle, ruleWords } from '../faults/faultWords.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Project } from '../project/project.ts';
import { keyOf } from './commandArguments.ts';
import { projectIn } from './pickers.ts';
import type { CommandTable } from './table.ts';

/** How long the status bar says what was done. */
const TOLD_MS = 5_000;

interface Chosen {
  readonly client: HostClient;
  readonly rule: FaultRuleSummary;
  /** Its folder's name, where there is more than one. */
  readonly folder: string | undefined;
}

/** Commands on fault rules (docs/faults.md): of the tree, or of what is picked. */
export function faultCommands(app: App) {
  const clientOf = async (project: Project): Promise<HostClient> =>
    (await project.connection.ensure()).client;

  /** The clicked element's folder, else every folder that has rules: the status bar shows those of all. */
  async function concerned(argument: unknown): Promise<readonly Project[]> {
    const given = projectIn(argument);
    if (given !== undefined) return [given];
    const having = app.projects.all().filter(project => project.store.faults().length > 0);
    if (having.length > 0) return having;
    const asked = await app.pickers.project();
    return asked === undefined ? [] : [asked];
  }

  const folderOf = (project: Project): string | undefined =>
    app.projects.all().length > 1 ? project.folder.name : undefined;

  async function rulesOf(projects: readonly Project[]): Promise<readonly Chosen[]> {
    const all: Chosen[] = [];
    for (const project of projects) {
      const client = await clientOf(project);
      const folder = folderOf(project);
      for (const rule of await faultRules(client)) all.push({ client, rule, folder });
    }
    return all;
  }

  async function ruleOf(argument: unknown): Promise<Chosen | undefined> {
    const projects = await concerned(argument);
    if (projects.length === 0) return undefined;
    const rules = await rulesOf(projects);
    const key = keyOf(argument);
    if (key === undefined) return pick(rules);
    const chosen = rules.find(({ rule }) => rule.id === key);
    if (chosen === undefined) throw new Error(t('The fault rule {0} is gone.', key));
    return chosen;
  }

  /** The palette has no function at hand: all of them are one more choice there. */
  async function whom(argument: unknown): Promise<FunctionTarget | undefined> {
    if (argument !== undefined) return app.pickers.target(argument);
    const chosen = await vscode.window.showQuickPick(
      [
        { label: t('A Function…'), isAll: false },
        { label: t('All Functions'), isAll: true },
      ],
      { title: t('Inject Faults'), placeHolder: t('Whose invocations?') },
    );
    if (chosen?.isAll !== true) return chosen && app.pickers.pickFunction();
    const project = await app.pickers.project();
    return project && { project, name: '*' };
  }

  async function remove({ client, rule }: Chosen): Promise<void> {
    await removeFault(client, rule.id);
    app.deletions.add({
      title: t('fault rule {0}', ruleTitle(rule)),
      restore: async () => {
        return restoredWords(await restoreFault(client, rule.id));
      },
    });
  }

  async function enable({ client, rule }: Chosen, enabled: boolean): Promise<void> {
    await enableFault(client, rule.id, enabled);
    told(enabled ? t('Fault rule on: {0}', ruleTitle(rule)) : t('Fault rule off: {0}', ruleTitle(rule)));
  }

  async function reset({ client, rule }: Chosen): Promise<void> {
    await resetFault(client, rule.id);
    told(t('Fault rule begins again: {0}', ruleTitle(rule)));
  }

  async function clear(projects: readonly Project[]): Promise<void> {
    const removed: { readonly client: HostClient; readonly id: string }[] = [];
    const folders: string[] = [];
    for (const project of projects) {
      const client = await clientOf(project);
      const ids = await clearFaults(client);
      const folder = folderOf(project);
      if (ids.length > 0 && folder !== undefined) folders.push(folder);
      removed.push(...ids.map(id => ({ client, id })));
    }
    if (projects.length === 0) return;
    if (removed.length === 0) {
      void vscode.window.showInformationMessage(t('There are no fault rules.'));
      return;
    }
    app.deletions.add({
      title: removedWords(removed.length, folders),
      restore: async () => {
        for (const { client, id } of removed) await restoreFault(client, id);
        return t('The fault rules are there again.');
      },
    });
  }

  return {
    [commands.faultInject]: async argument => {
      const target = await whom(argument);
      const rule = target && (await askFault(target.name));
      if (target === undefined || rule === undefined) return;
      const added = await addFault(await clientOf(target.project), rule);
      told(t('Fault rule on: {0}', ruleTitle(added)));
    },
    [commands.faultRemove]: async argument => {
      const chosen = await ruleOf(argument);
      if (chosen !== undefined) await remove(chosen);
    },
    [commands.faultEnable]: async argument => {
      const chosen = await ruleOf(argument);
      if (chosen !== undefined) await enable(chosen, true);
    },
    [commands.faultDisable]: async argument => {
      const chosen = await ruleOf(argument);
      if (chosen !== undefined) await enable(chosen, false);
    },
    [commands.faultReset]: async argument => {
      const chosen = await ruleOf(argument);
      if (chosen !== undefined) await reset(chosen);
    },
    [commands.faultClear]: async argument => clear(await concerned(argument)),
    [commands.faultMenu]: async () => {
      const projects = await concerned(undefined);
      if (projects.length === 0) return;
      const chosen = await menu(await rulesOf(projects));
      if (chosen === 'clear') await clear(projects);
      else if (chosen !== undefined) await menuOf(chosen);
    },
  } satisfies CommandTable;

  async function menuOf(chosen: Chosen): Promise<void> {
    const { rule } = chosen;
    const again = {
      label: `$(debug-restart) ${t('Begin Again')}`,
      detail: t('The same faults once more.'),
      run: () => reset(chosen),
    };
    const toggle = rule.enabled
      ? { label: `$(circle-slash) ${t('Turn Off')}`, run: () => enable(chosen, false) }
      : { label: `$(zap) ${t('Turn On')}`, run: () => enable(chosen, true) };
    const act = await vscode.window.showQuickPick(
      [
        // Neither on nor off: what is spent hits nothing.
        ...(rule.enabled && isSpent(rule) ? [again] : [toggle, again]),
        { label: `$(trash) ${t('Remove')}`, run: () => remove(chosen) },
      ],
      { title: ruleTitle(rule), placeHolder: ruleWords(rule) },
    );
    await act?.run();
  }
}

const itemOf = (chosen: Chosen): vscode.QuickPickItem & { readonly chosen: Chosen } => ({
  label: `$(zap) ${ruleTitle(chosen.rule)}`,
  description: ruleWords(chosen.rule),
  ...(chosen.folder === undefined ? {} : { detail: chosen.folder }),
  chosen,
});

async function pick(rules: readonly Chosen[]): Promise<Chosen | undefined> {
  if (rules.length === 0) {
    void vscode.window.showInformationMessage(t('There are no fault rules.'));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(rules.map(itemOf), {
    title: t('Choose a Fault Rule'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.chosen;
}

async function menu(rules: readonly Chosen[]): Promise<Chosen | 'clear' | undefined> {
  if (rules.length === 0) return pick(rules);
  const clear = { label: `$(clear-all) ${t('Clear All Faults')}`, chosen: 'clear' as const };
  const picked = await vscode.window.showQuickPick([...rules.map(itemOf), clear], {
    title: t('Lamplight Faults'),
  });
  return picked?.chosen;
}

function told(text: string): void {
  void vscode.window.setStatusBarMessage(`$(zap) ${text}`, TOLD_MS);
}
