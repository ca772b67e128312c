/**
 * Localised text for files that must run without `vscode` (their tests do). main.ts hands over `vscode.l10n.t`; until
 * then, and in tests, messages stay English. scripts/l10n.mjs collects the first argument of every `t(…)`.
 */
export type Translate = (message: string, ...args: (string | number)[]) => string;

/** `{0}`, `{1}` … stand for the arguments, as in `vscode.l10n.t`. */
export const english: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = args[Number(index)];
    return value === undefined ? whole : String(value);
  });

let translate: Translate = english;

/** Called once, first thing in activation. */
export function useTranslator(translator: Translate): void {
  translate = translator;
}

export const t: Translate = (message, ...args) => translate(message, ...args);
