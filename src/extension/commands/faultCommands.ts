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
import type { FaultRuleSummary } from '../../protocol/faults.ts';
import type { App } from '../app.ts';
import { commands } from '../contributions.ts';
import { askFault } from '../faults/askFault.ts';
import { ruleTitle, ruleWords } from '../faults/faultWords.ts';
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
}

/** Commands on fault rules (docs/faults.md): of the tree, or of what is picked. */
export function faultCommands(app: App) {
  const clientOf = async (project: Project): Promise<HostClient> =>
    (await project.connection.ensure()).client;

  async function ruleOf(argument: unknown): Promise<Chosen | undefined> {
    const project = projectIn(argument) ?? (await app.pickers.project());
    if (project === undefined) return undefined;
    const client = await clientOf(project);
    const rules = await faultRules(client);
    const key = keyOf(argument);
    const rule = key === undefined ? await pick(rules) : rules.find(({ id }) => id === key);
    if (key !== undefined && rule === undefined) throw new Error(t('The fault rule {0} is gone.', key));
    return rule && { client, rule };
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
        await restoreFault(client, rule.id);
        return t('The fault rule is on again: {0}.', ruleTitle(rule));
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

  async function clear(client: HostClient): Promise<void> {
    const ids = await clearFaults(client);
    if (ids.length === 0) {
      void vscode.window.showInformationMessage(t('There are no fault rules.'));
      return;
    }
    app.deletions.add({
      title: ids.length === 1 ? t('1 fault rule') : t('{0} fault rules', ids.length),
      restore: async () => {
        for (const id of ids) await restoreFault(client, id);
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
    [commands.faultClear]: async () => {
      const project = await app.pickers.project();
      if (project !== undefined) await clear(await clientOf(project));
    },
    [commands.faultMenu]: async () => {
      const project = await app.pickers.project();
      if (project === undefined) return;
      const client = await clientOf(project);
      const chosen = await menu(await faultRules(client));
      if (chosen === 'clear') await clear(client);
      else if (chosen !== undefined) await menuOf({ client, rule: chosen });
    },
  } satisfies CommandTable;

  async function menuOf(chosen: Chosen): Promise<void> {
    const { rule } = chosen;
    const act = await vscode.window.showQuickPick(
      [
        rule.enabled
          ? { label: `$(circle-slash) ${t('Turn Off')}`, run: () => enable(chosen, false) }
          : { label: `$(zap) ${t('Turn On')}`, run: () => enable(chosen, true) },
        {
          label: `$(debug-restart) ${t('Begin Again')}`,
          detail: t('The same faults once more.'),
          run: () => reset(chosen),
        },
        { label: `$(trash) ${t('Remove')}`, run: () => remove(chosen) },
      ],
      { title: ruleTitle(rule), placeHolder: ruleWords(rule) },
    );
    await act?.run();
  }
}

const itemOf = (rule: FaultRuleSummary): vscode.QuickPickItem & { readonly rule: FaultRuleSummary } => ({
  label: `$(zap) ${ruleTitle(rule)}`,
  description: ruleWords(rule),
  rule,
});

async function pick(rules: readonly FaultRuleSummary[]): Promise<FaultRuleSummary | undefined> {
  if (rules.length === 0) {
    void vscode.window.showInformationMessage(t('There are no fault rules.'));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(rules.map(itemOf), {
    title: t('Choose a Fault Rule'),
    matchOnDescription: true,
  });
  return chosen?.rule;
}

async function menu(rules: readonly FaultRuleSummary[]): Promise<FaultRuleSummary | 'clear' | undefined> {
  if (rules.length === 0) return pick(rules);
  const clear = { label: `$(clear-all) ${t('Clear All Faults')}`, rule: 'clear' as const };
  const chosen = await vscode.window.showQuickPick([...rules.map(itemOf), clear], {
    title: t('Lamplight Faults'),
  });
  return chosen?.rule;
}

function told(text: string): void {
  void vscode.window.setStatusBarMessage(`$(zap) ${text}`, TOLD_MS);
}
