import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { codeColumn } from '../codeColumn.ts';
import { commands } from '../contributions.ts';
import { eventTitle } from '../events/eventReference.ts';
import { t } from '../localize.ts';
import { remembered } from '../result/results.ts';
import type { Invocation } from '../result/results.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { LATEST } from '../versions/latest.ts';
import { keyOf, placeOf, uriOf } from './commandArguments.ts';
import type { CommandTable } from './table.ts';

/** Commands on one invocation: an element of the tree, or the document that shows it. */
export function invocationCommands(app: App) {
  /** The element of the tree that was clicked. */
  async function clicked(argument: unknown): Promise<readonly [FunctionTarget, string]> {
    const target = await app.pickers.target(argument);
    const requestId = keyOf(argument);
    if (target === undefined || requestId === undefined)
      throw new Error(t('Open a result, or choose one of a function’s recent invocations.'));
    return [target, requestId];
  }

  async function resultOf(argument: unknown): Promise<Invocation> {
    const uri = uriOf(argument) ?? vscode.window.activeTextEditor?.document.uri;
    const open = keyOf(argument) === undefined && uri !== undefined ? app.results.get(uri) : undefined;
    return open ?? remembered(...(await clicked(argument)));
  }

  return {
    [commands.invocationOpen]: async argument => {
      await app.results.show(await app.results.open(...(await clicked(argument))));
    },
    [commands.invocationRepeat]: async argument => {
      const { target, event, qualifier } = await resultOf(argument);
      await app.invoker.invoke(target, event, qualifier ?? LATEST);
    },
    [commands.invocationDebug]: async argument => {
      const { target, event, qualifier } = await resultOf(argument);
      await app.debugging.start(target, { event, qualifier: qualifier ?? LATEST });
    },
    [commands.invocationSaveEvent]: async argument => {
      const { target, event, text } = await resultOf(argument);
      const file = await app.eventDocuments.save(target, eventTitle(event), text);
      if (file === undefined) return;
      app.events.chosen.set(target.project, target.name, { kind: 'saved', file });
      const uri = vscode.Uri.file(file);
      await vscode.window.showTextDocument(uri, { viewColumn: codeColumn(uri) });
    },
    [commands.invocationEditEvent]: async argument => {
      const { target, event, text } = await resultOf(argument);
      if (event.kind === 'saved') await app.eventDocuments.open(target, event);
      else await app.eventDocuments.create(target, eventTitle(event), text);
    },
    [commands.sourceOpen]: async argument => {
      const place = placeOf(argument);
      if (place === undefined) return;
      const uri = vscode.Uri.file(place.file);
      const at = new vscode.Position(place.line - 1, (place.column ?? 1) - 1);
      await vscode.window.showTextDocument(uri, {
        viewColumn: codeColumn(uri),
        selection: new vscode.Range(at, at),
      });
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
