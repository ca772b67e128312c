import * as vscode from 'vscode';
import type { SourceRange } from '../../protocol/workspace.ts';
import type { App } from '../app.ts';
import { commands } from '../contributions.ts';
import { t } from '../localize.ts';
import { keyOf, qualifierOf } from './commandArguments.ts';
import { projectIn } from './pickers.ts';
import type { CommandTable } from './table.ts';

/** Commands on one function: from the tree, a lens, the palette or a keybinding. */
export function functionCommands(app: App) {
  return {
    [commands.functionInvoke]: async argument => {
      const target = await app.pickers.target(argument);
      if (target !== undefined) await app.invoker.invoke(target, undefined, qualifierOf(argument));
    },
    [commands.functionInvokeWith]: async argument => {
      const target = await app.pickers.target(argument);
      const event = target && (await app.eventPicker.pick(target));
      if (target !== undefined && event !== undefined)
        await app.invoker.invoke(target, event, qualifierOf(argument));
    },
    [commands.functionDebug]: async argument => {
      const target = await app.pickers.target(argument);
      if (target !== undefined) await app.debugging.start(target, { qualifier: qualifierOf(argument) });
    },
    [commands.functionAttach]: async argument => {
      const target = await app.pickers.target(argument);
      if (target !== undefined)
        await app.debugging.start(target, { attach: true, qualifier: qualifierOf(argument) });
    },
    [commands.functionChooseEvent]: async argument => {
      const target = await app.pickers.target(argument);
      const event = target && (await app.eventPicker.pick(target));
      if (target !== undefined && event !== undefined)
        app.events.chosen.set(target.project, target.name, event);
    },
    [commands.functionNewEvent]: async argument => {
      const target = await app.pickers.target(argument);
      if (target !== undefined) await app.eventDocuments.create(target);
    },
    [commands.functionOpenHandler]: async argument => {
      const target = await app.pickers.target(argument);
      if (target === undefined) return;
      const place = target.project.store.function(target.name)?.declared?.handlerLocation;
      if (place === undefined) {
        void vscode.window.showInformationMessage(
          t('The source of {0}’s handler is not in this folder.', target.name),
        );
        return;
      }
      await openAt(place.file, place.line, place.column);
    },
    [commands.functionOpenDeclaration]: async argument => {
      const target = await app.pickers.target(argument);
      if (target === undefined) return;
      const declared = target.project.store.function(target.name)?.declared;
      if (declared === undefined)
        void vscode.window.showInformationMessage(
          t('{0} was created over the API; no file declares it.', target.name),
        );
      else await openRange(declared.declaration);
    },
    [commands.functionCopyArn]: async argument => {
      const target = await app.pickers.target(argument);
      if (target === undefined) return;
      await target.project.connection.ensure();
      const arn = target.project.store.function(target.name)?.live?.arn;
      if (arn === undefined) throw new Error(t('The host does not have {0} yet.', target.name));
      const qualifier = qualifierOf(argument);
      await vscode.env.clipboard.writeText(qualifier === undefined ? arn : `${arn}:${qualifier}`);
    },
    [commands.functionsRefresh]: async () => {
      await Promise.all(app.projects.all().map(project => project.rediscover()));
    },
    [commands.layerOpenDeclaration]: async argument => {
      const key = keyOf(argument);
      const declared = projectIn(argument)
        ?.store.layers()
        .find(layer => layer.name === key);
      if (declared !== undefined) await openRange(declared.declaration);
    },
    [commands.handlerInvoke]: async () => {
      const target = (await app.debugging.handlerAtCursor()) ?? (await app.pickers.pickFunction());
      if (target !== undefined) await app.invoker.invoke(target);
    },
    [commands.handlerDebug]: async () => {
      const target = (await app.debugging.handlerAtCursor()) ?? (await app.pickers.pickFunction());
      if (target !== undefined) await app.debugging.start(target);
    },
  } satisfies CommandTable;
}

async function openRange(range: SourceRange): Promise<void> {
  await openAt(range.file, range.startLine, range.startColumn);
}

async function openAt(file: string, line: number, column: number): Promise<void> {
  const at = new vscode.Position(line, column);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
}
