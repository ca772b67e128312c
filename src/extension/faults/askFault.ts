/** The questions for a new fault rule, one after the other. Undefined where the user left. */
import * as vscode from 'vscode';
import {
  FAULT_KINDS,
  FAULT_MOMENTS,
  FAULT_SOURCES,
  THROTTLE_REASONS,
  type FaultKind,
  type FaultSource,
  type NewFaultRule,
} from '../../protocol/faults.ts';
import { t } from '../localize.ts';
import {
  errorTypeMistake,
  frequencyMistake,
  initMistake,
  readFrequency,
  windowMistake,
} from './faultInput.ts';
import { kindWords, momentWords, sourceWords } from './faultWords.ts';

interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

type Parameters = Omit<NewFaultRule, 'functionName' | 'kind'>;

/** @param functionName a function's, or `*` */
export async function askFault(functionName: string): Promise<NewFaultRule | undefined> {
  const title =
    functionName === '*' ? t('Inject Faults Into All Functions') : t('Inject Faults Into {0}', functionName);
  const kind = await choose(
    title,
    t('What shall happen?'),
    (Object.keys(FAULT_KINDS) as FaultKind[]).map(value => ({ ...kindWords(value), value })),
  );
  if (kind === undefined) return undefined;
  const parameters = await askParameters(title, kind);
  if (parameters === undefined) return undefined;
  const frequency = await askFrequency(title);
  if (frequency === undefined) return undefined;
  const source = await askSource(title, kind);
  if (source === undefined) return undefined;
  return { functionName, kind, ...parameters, ...frequency, ...(source === 'any' ? {} : { source }) };
}

async function askParameters(title: string, kind: FaultKind): Promise<Parameters | undefined> {
  switch (kind) {
    case 'throttle': {
      const reason = await choose(
        title,
        t('With which Reason?'),
        THROTTLE_REASONS.map(value => ({ label: value, value })),
      );
      return reason && { reason };
    }
    case 'error':
    case 'init-failure':
      return askError(title, kind);
    case 'slow-init': {
      const published = {
        label: t('As long as on AWS'),
        detail: t('Drawn from published figures.'),
        value: true,
      };
      const isPublished = await choose(title, t('How long?'), [
        published,
        { label: t('Other…'), value: false },
      ]);
      if (isPublished === undefined) return undefined;
      if (isPublished) return { initMs: 'published' };
      const ms = await type(title, t('Milliseconds that an init takes at least.'), '5000', initMistake);
      return ms === undefined ? undefined : { initMs: Number(ms) };
    }
    case 'reorder': {
      const seconds = await type(
        title,
        t('Seconds of service time in which order is lost.'),
        '10',
        windowMistake,
      );
      return seconds === undefined ? undefined : { windowMs: Number(seconds) * 1_000 };
    }
    case 'crash-after':
    case 'duplicate':
      return {};
    default:
      return askMoment(title, kind);
  }
}

async function askError(title: string, kind: FaultKind): Promise<Parameters | undefined> {
  const errorType = await type(title, t('The error’s type.'), 'Error', errorTypeMistake);
  if (errorType === undefined) return undefined;
  const errorMessage = await type(title, t('The error’s message.'), t('Injected by a fault rule'), text =>
    text.length > 0 && text.length <= 1_024 ? undefined : t('A message has 1 to 1,024 characters.'),
  );
  if (errorMessage === undefined) return undefined;
  const error = { errorType, errorMessage };
  if (kind === 'init-failure') return error;
  const moment = await askMoment(title, kind);
  return moment && { ...error, ...moment };
}

async function askMoment(title: string, kind: FaultKind): Promise<Parameters | undefined> {
  const moment = await choose(
    title,
    t('When?'),
    (FAULT_MOMENTS[kind] ?? []).map(value => ({ label: momentWords(value), value })),
  );
  return moment && { moment };
}

async function askFrequency(title: string): Promise<Parameters | undefined> {
  const chosen = await choose(title, t('How often?'), [
    { label: t('The next one'), value: 'next 1' },
    { label: t('Always'), value: '1' },
    { label: t('Every other one'), value: 'every 2' },
    { label: t('10 % by chance'), detail: t('The same ones for the same seed.'), value: '10%' },
    { label: t('Other…'), value: '' },
  ]);
  if (chosen === undefined) return undefined;
  const text =
    chosen === ''
      ? await type(title, t('next 3, every 5, 25 % or 0.25.'), 'next 3', frequencyMistake)
      : chosen;
  return text === undefined ? undefined : readFrequency(text);
}

/** What is asked as an event is accepted concerns nothing else. */
async function askSource(title: string, kind: FaultKind): Promise<FaultSource | undefined> {
  const offered = FAULT_SOURCES.filter(
    source => source !== 'async' || !['duplicate', 'reorder'].includes(kind),
  );
  return choose(
    title,
    t('Of whose calls?'),
    // As history and the command line call it.
    offered.map(value => ({ label: sourceWords(value), description: value, value })),
  );
}

async function choose<T>(
  title: string,
  placeHolder: string,
  choices: readonly Choice<T>[],
): Promise<T | undefined> {
  const chosen = await vscode.window.showQuickPick(choices, { title, placeHolder, ignoreFocusOut: true });
  return chosen?.value;
}

async function type(
  title: string,
  prompt: string,
  value: string,
  validateInput: (text: string) => string | undefined,
): Promise<string | undefined> {
  return vscode.window.showInputBox({ title, prompt, value, ignoreFocusOut: true, validateInput });
}
