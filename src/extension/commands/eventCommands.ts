import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { commands } from '../contributions.ts';
import { fileTitle } from '../events/eventReference.ts';
import type { EventReference } from '../events/eventReference.ts';
import { eventMistake } from '../events/eventText.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { uriOf } from './commandArguments.ts';
import type { CommandTable } from './table.ts';

/** Commands of an event document: it is used as it stands there, saved or not. */
export function eventCommands(app: App) {
  /** The function and the event of the document that a lens names, or of the active one. */
  async function eventOf(
    argument: unknown,
  ): Promise<{ readonly target: FunctionTarget; readonly event: EventReference } | undefined> {
    const uri = uriOf(argument) ?? vscode.window.activeTextEditor?.document.uri;
    const target = uri && app.eventDocuments.targetOf(uri);
    if (uri === undefined || target === undefined)
      throw new Error(t('This document is not an event: events are JSON files in events/<function>/.'));
    const document = await vscode.workspace.openTextDocument(uri);
    const text = document.getText();
    const mistake = eventMistake(text);
    if (mistake !== undefined) {
      await app.eventProblems.showIn(document, mistake.offset, mistake.message);
      return undefined;
    }
    if (uri.scheme === 'file') return { target, event: { kind: 'saved', file: uri.fsPath } };
    return { target, event: { kind: 'text', title: fileTitle(uri.path), text } };
  }

  return {
    [commands.eventInvoke]: async argument => {
      const found = await eventOf(argument);
      if (found !== undefined) await app.invoker.invoke(found.target, found.event);
    },
    [commands.eventDebug]: async argument => {
      const found = await eventOf(argument);
      if (found !== undefined) await app.debugging.start(found.target, { event: found.event });
    },
  } satisfies CommandTable;
}
