import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { commands } from '../contributions.ts';
import { eventTitle } from '../events/eventReference.ts';
import { t } from '../localize.ts';
import type { Result } from '../result/results.ts';
import { keyOf, uriOf } from './commandArguments.ts';
import type { CommandTable } from './table.ts';

/** Commands on one invocation: an element of the tree, or the document that shows it. */
export function invocationCommands(app: App) {
  async function resultOf(argument: unknown): Promise<Result> {
    const uri = uriOf(argument) ?? vscode.window.activeTextEditor?.document.uri;
    const open = uri && app.results.get(uri);
    if (open !== undefined) return open;
    const target = await app.pickers.target(argument);
    const requestId = keyOf(argument);
    if (target === undefined || requestId === undefined)
      throw new Error(t('Open a result, or choose one of a function’s recent invocations.'));
    return app.results.ofInvocation(target, requestId);
  }

  return {
    [commands.invocationOpen]: async argument => {
      const { uri } = await resultOf(argument);
      await app.results.show(uri);
    },
    [commands.invocationRepeat]: async argument => {
      const { target, event, qualifier } = await resultOf(argument);
      await app.invoker.invoke(target, event, qualifier);
    },
    [commands.invocationDebug]: async argument => {
      const { target, event, qualifier } = await resultOf(argument);
      await app.debugging.start(target, { event, qualifier });
    },
    [commands.invocationSaveEvent]: async argument => {
      const { target, event, text } = await resultOf(argument);
      const file = await app.eventDocuments.save(target, eventTitle(event), text);
      if (file === undefined) return;
      app.events.chosen.set(target.project, target.name, { kind: 'saved', file });
      await vscode.window.showTextDocument(vscode.Uri.file(file));
    },
    [commands.invocationEditEvent]: async argument => {
      const { target, event, text } = await resultOf(argument);
      if (event.kind === 'saved') await app.eventDocuments.open(target, event);
      else await app.eventDocuments.create(target, eventTitle(event), text);
    },
    [commands.invocationCopyAnswer]: async argument => {
      const { state } = await resultOf(argument);
      const answer =
        state.kind === 'finished'
          ? state.record.result
          : state.kind === 'answered'
            ? state.answer
            : undefined;
      if (answer === undefined) throw new Error(t('This invocation has no answer.'));
      await vscode.env.clipboard.writeText(answer);
    },
  } satisfies CommandTable;
}
