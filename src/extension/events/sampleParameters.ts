import * as vscode from 'vscode';
import { t } from '../localize.ts';
import type { Sample, SampleParameter } from './sampleCatalogue.ts';

/** Asks for the parameters one after the other; the values that differ from their defaults, undefined where the user left. */
export async function askParameters(sample: Sample): Promise<Record<string, string> | undefined> {
  const values: Record<string, string> = {};
  for (const [index, parameter] of sample.parameters.entries()) {
    const value = await ask(sample, parameter, index + 1);
    if (value === undefined) return undefined;
    if (value !== parameter.default) values[parameter.name] = value;
  }
  return values;
}

async function ask(sample: Sample, parameter: SampleParameter, step: number): Promise<string | undefined> {
  const title = t('{0} ({1} of {2})', sample.title, step, sample.parameters.length);
  if (parameter.kind === 'choice') {
    const choices = parameter.choices ?? [parameter.default];
    const first = [parameter.default, ...choices.filter(choice => choice !== parameter.default)];
    return vscode.window.showQuickPick(first, { title, placeHolder: parameter.label });
  }
  return vscode.window.showInputBox({
    title,
    prompt: parameter.label,
    value: parameter.default,
    validateInput: value => mistakeIn(parameter, value),
  });
}

function mistakeIn(parameter: SampleParameter, value: string): string | undefined {
  if (parameter.kind === 'integer' && !/^-?\d+$/.test(value)) return t('A whole number, please.');
  if (parameter.kind !== 'json') return undefined;
  try {
    JSON.parse(value);
    return undefined;
  } catch (error) {
    return t('Not valid JSON: {0}', (error as Error).message);
  }
}
