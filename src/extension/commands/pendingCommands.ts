import * as vscode from 'vscode';
import { dropEvent, pendingEvent, retryEvent } from '../../client/asynchronous.ts';
import { invoke } from '../../client/invoke.ts';
import type { App } from '../app.ts';
import { withProgress } from '../cancellation.ts';
import { commands } from '../contributions.ts';
import { eventMistake } from '../events/eventText.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { LATEST } from '../versions/latest.ts';
import { pendingRow, serviceNow } from '../views/pendingRows.ts';
import { keyOf, uriOf } from './commandArguments.ts';
import type { CommandTable } from './table.ts';

/** How long the status bar says what was done. */
const TOLD_MS = 5_000;

interface Pending {
  readonly target: FunctionTarget;
  readonly requestId: string;
}

/** Commands on an asynchronous event that has not come to its end: an element of the tree, or one that is picked. */
export function pendingCommands(app: App) {
  async function pendingOf(argument: unknown): Promise<Pending | undefined> {
    const target = await app.pickers.target(argument);
    if (target === undefined) return undefined;
    const requestId = keyOf(argument) ?? (await pick(target));
    return requestId === undefined ? undefined : { target, requestId };
  }

  return {
    [commands.pendingRetry]: async argument => {
      const pending = await pendingOf(argument);
      if (pending === undefined) return;
      const { target, requestId } = pending;
      const done = await withProgress(t('Retrying an event of {0}', target.name), async signal => {
        await saved(target, signal);
        await retryEvent((await target.project.connection.ensure()).client, requestId);
        return true;
      });
      if (done === true) told(t('The next attempt at the event of {0} begins.', target.name));
    },
    [commands.pendingDebug]: async argument => {
      const pending = await pendingOf(argument);
      if (pending === undefined) return;
      const { target, requestId } = pending;
      const { client } = await target.project.connection.ensure();
      const { qualifier } = await pendingEvent(client, requestId);
      await app.debugging.start(target, { qualifier: qualifier ?? LATEST, pending: requestId });
    },
    [commands.pendingDrop]: async argument => {
      const pending = await pendingOf(argument);
      if (pending === undefined) return;
      const { target, requestId } = pending;
      const drop = t('Drop');
      const chosen = await vscode.window.showWarningMessage(
        t('Drop this event of {0}?', target.name),
        {
          modal: true,
          detail: t(
            'Request {0} is not tried again, and no destination or dead-letter queue is told. It can’t be brought back.',
            requestId,
          ),
        },
        drop,
      );
      if (chosen !== drop) return;
      await dropEvent((await target.project.connection.ensure()).client, requestId);
      told(t('The event of {0} is dropped.', target.name));
    },
    [commands.pendingEdit]: async argument => {
      const pending = await pendingOf(argument);
      if (pending === undefined) return;
      const { target, requestId } = pending;
      const { event, qualifier } = await pendingEvent(
        (await target.project.connection.ensure()).client,
        requestId,
      );
      const uri = await app.eventDocuments.create(target, t('resend {0}', requestId.slice(0, 8)), event);
      if (uri !== undefined) app.resends.set(uri, { requestId, qualifier });
    },
    [commands.pendingResend]: async argument => {
      const uri = uriOf(argument) ?? vscode.window.activeTextEditor?.document.uri;
      const target = uri && app.eventDocuments.targetOf(uri);
      const resend = uri && app.resends.get(uri);
      if (uri === undefined || target === undefined || resend === undefined)
        throw new Error(t('This document was not made from a pending event: choose Edit and Resend on one.'));
      const document = await vscode.workspace.openTextDocument(uri);
      const text = document.getText();
      const mistake = eventMistake(text);
      if (mistake !== undefined) {
        await app.eventProblems.showIn(document, mistake.offset, mistake.message);
        return;
      }
      const sent = await withProgress(t('Sending an event to {0}', target.name), async signal => {
        await saved(target, signal);
        const { qualifier } = resend;
        return invoke((await target.project.connection.ensure()).client, {
          functionName: target.name,
          qualifier: qualifier === LATEST ? undefined : qualifier,
          payload: Buffer.from(text),
          type: 'Event',
          client: 'editor',
          signal,
        });
      });
      if (sent !== undefined) await offerDrop(target, resend.requestId, sent.requestId);
    },
  } satisfies CommandTable;
}

/** What runs next is what the editor shows. */
async function saved({ project }: FunctionTarget, signal: AbortSignal): Promise<void> {
  if (!(await project.settle(signal)))
    throw new Error(t('A changed file could not be saved, so its code would not have run.'));
}

function told(text: string): void {
  void vscode.window.setStatusBarMessage(text, TOLD_MS);
}

async function offerDrop({ project, name }: FunctionTarget, before: string, sent: string): Promise<void> {
  const drop = t('Drop the Old One');
  const chosen = await vscode.window.showInformationMessage(
    t('Sent to {0} as request {1}. The event that it was made from is still tried again.', name, sent),
    drop,
  );
  if (chosen !== drop) return;
  await dropEvent((await project.connection.ensure()).client, before);
  told(t('The event of {0} is dropped.', name));
}

/** Without an element of the tree: the palette. */
async function pick({ project, name }: FunctionTarget): Promise<string | undefined> {
  await project.connection.ensure();
  const events = await project.pending.of(name);
  if (events.length === 0) {
    void vscode.window.showInformationMessage(t('{0} has no pending events.', name));
    return undefined;
  }
  const now = serviceNow(project.store.clock);
  const chosen = await vscode.window.showQuickPick(
    events.map(event => {
      const { label, description = '' } = pendingRow(event, now);
      return { label, description, detail: event.requestId, requestId: event.requestId };
    }),
    { title: t('Pending Events of {0}', name), matchOnDescription: true, matchOnDetail: true },
  );
  return chosen?.requestId;
}
