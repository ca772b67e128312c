import * as vscode from 'vscode';
import {
  handlerFits,
  handlerForm,
  languageName,
  LONGEST_HANDLER,
} from '../../workspace/handlers/handlerForm.ts';
import { t } from '../localize.ts';

/** What is wrong with a handler for a runtime; undefined where nothing is. */
export function handlerMistake(handler: string, runtime: string): string | undefined {
  const form = handlerForm(runtime)?.form ?? '';
  if (handler === '') return t('Lambda needs a handler: {0}.', form);
  if (handler.length > LONGEST_HANDLER)
    return t('{0} characters are too many: Lambda takes {1}.', handler.length, LONGEST_HANDLER);
  return handlerFits(handler, runtime)
    ? undefined
    : t('{0} can’t call “{1}”: it takes {2}.', runtime, handler, form);
}

export interface HandlerQuestion {
  readonly title: string;
  readonly runtime: string;
  /** What is there to begin with; the language's usual one where it is absent. */
  readonly value?: string | undefined;
  /** Something to consider about a handler whose form is right. */
  readonly hint?: (handler: string) => string | undefined;
}

/** Asks for a handler and says while it is typed what the runtime could not call; undefined where the user left. */
export function askHandler({ title, runtime, value, hint }: HandlerQuestion): Thenable<string | undefined> {
  const form = handlerForm(runtime);
  const offered = value ?? form?.example ?? '';
  return vscode.window.showInputBox({
    ignoreFocusOut: true,
    title,
    // What is offered is not validated before it is edited or accepted.
    prompt:
      handlerMistake(offered, runtime) ??
      t('{0} calls {1}, such as {2}.', languageName(runtime), form?.form ?? '', form?.example ?? ''),
    value: offered,
    validateInput: text => {
      const mistake = handlerMistake(text, runtime);
      if (mistake !== undefined) return mistake;
      const message = hint?.(text);
      return message === undefined
        ? undefined
        : { message, severity: vscode.InputBoxValidationSeverity.Warning };
    },
  });
}
