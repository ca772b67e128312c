/** The questions of the clock's commands. Each answers undefined where the user left. */
import * as vscode from 'vscode';
import { t } from '../localize.ts';
import { durationMistake, speedMistake } from './clockInput.ts';

const SPEEDS = [1, 10, 100, 1_000];
const DURATIONS = ['1m', '10m', '1h', '6h', '1d'];

/** `now`: the speed that the clock has. */
export async function askSpeed(now: number): Promise<number | undefined> {
  const text = await choose(
    t('Speed of Service Time'),
    SPEEDS.map(speed => ({
      label: `${speed}×`,
      value: String(speed),
      description: [
        ...(speed === 1 ? [t('the machine’s own')] : []),
        ...(speed === now ? [t('as it is now')] : []),
      ].join(' · '),
    })),
    { prompt: t('Seconds of service time in one of the machine’s.'), value: '60', mistake: speedMistake },
  );
  return text === undefined ? undefined : Number(text);
}

/** A duration as the host reads it. */
export function askDuration(): Promise<string | undefined> {
  return choose(
    t('Advance Service Time By'),
    DURATIONS.map(value => ({ label: value, value })),
    { prompt: t('61s, 10m, 5m30s, 2h or 1d.'), value: '5m', mistake: durationMistake },
  );
}

interface Other {
  readonly prompt: string;
  readonly value: string;
  readonly mistake: (text: string) => string | undefined;
}

async function choose(
  title: string,
  choices: readonly { readonly label: string; readonly value: string; readonly description?: string }[],
  { prompt, value, mistake }: Other,
): Promise<string | undefined> {
  const other = { label: t('Other…'), value: undefined };
  const chosen = await vscode.window.showQuickPick([...choices, other], { title });
  if (chosen === undefined || chosen.value !== undefined) return chosen?.value;
  return vscode.window.showInputBox({ title, prompt, value, ignoreFocusOut: true, validateInput: mistake });
}
