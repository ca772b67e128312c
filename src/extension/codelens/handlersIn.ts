import type * as vscode from 'vscode';
import { handlerLanguageOf, locateHandlers } from '../../workspace/handlers/locateHandlers.ts';
import type { Project } from '../project/project.ts';
import type { Projects } from '../project/projects.ts';
import { handlerPlaces } from './handlerPlaces.ts';
import type { HandlerPlace } from './handlerPlaces.ts';

/** Files in which a handler may stand. */
export const handlerSelector: readonly vscode.DocumentFilter[] = [
  'javascript',
  'javascriptreact',
  'typescript',
  'typescriptreact',
  'python',
].map(language => ({ scheme: 'file', language }));

export interface DocumentHandlers {
  readonly project: Project;
  readonly places: readonly HandlerPlace[];
}

/** The handlers in a document as it is now, saved or not; nothing before its folder was read. */
export function handlersIn(projects: Projects, document: vscode.TextDocument): DocumentHandlers | undefined {
  if (document.uri.scheme !== 'file') return undefined;
  const file = document.uri.fsPath;
  const language = handlerLanguageOf(file);
  const project = projects.of(document.uri);
  const functions = project?.store.model?.functions;
  if (language === undefined || project === undefined || functions === undefined) return undefined;
  // Most files hold no handler: those are not scanned.
  if (!functions.some(candidate => candidate.handlerLocation?.file === file)) return undefined;
  const places = handlerPlaces(functions, file, locateHandlers(document.getText(), language));
  return places.length === 0 ? undefined : { project, places };
}
