import * as vscode from 'vscode';
import { lensTitle } from '../codelens/lensTitle.ts';
import { commands, RESULT_SCHEME } from '../contributions.ts';
import { t } from '../localize.ts';
import { canDebug } from '../views/functionRows.ts';
import type { Results } from './results.ts';

/** What makes the result's text a view: lenses, links into the code, folding, outline. */
export function registerResultFeatures(results: Results): vscode.Disposable {
  const selector: vscode.DocumentSelector = { scheme: RESULT_SCHEME };
  const lensesChanged = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    vscode.languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: document => linksOf(results, document.uri),
    }),
    vscode.languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: document =>
        sectionsOf(results, document.uri).map(
          section =>
            new vscode.FoldingRange(section.startLine, section.endLine, vscode.FoldingRangeKind.Region),
        ),
    }),
    vscode.languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols: document =>
        sectionsOf(results, document.uri).map(section => {
          const whole = new vscode.Range(section.startLine, 0, section.endLine + 1, 0);
          const title = new vscode.Range(section.startLine, 0, section.startLine, 0);
          return new vscode.DocumentSymbol(section.title, '', vscode.SymbolKind.Namespace, whole, title);
        }),
    }),
    lensesChanged,
    results.onDidChange(() => lensesChanged.fire()),
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: lensesChanged.event,
      provideCodeLenses: document => lensesOf(results, document.uri),
    }),
  );
}

const sectionsOf = (
  results: Results,
  uri: vscode.Uri,
): { readonly title: string; readonly startLine: number; readonly endLine: number }[] =>
  (results.get(uri)?.document.sections ?? []).filter(
    section => section.title !== '' && section.endLine > section.startLine,
  );

function linksOf(results: Results, uri: vscode.Uri): vscode.DocumentLink[] {
  return (results.get(uri)?.document.links ?? []).map(link => {
    const range = new vscode.Range(link.line, link.startColumn, link.line, link.endColumn);
    // A plain file link would open over the result; the command knows where the code is.
    const target = new vscode.DocumentLink(
      range,
      vscode.Uri.from({
        scheme: 'command',
        path: commands.sourceOpen,
        query: JSON.stringify([link.target]),
      }),
    );
    target.tooltip = t('Open the source');
    return target;
  });
}

function lensesOf(results: Results, uri: vscode.Uri): vscode.CodeLens[] {
  const result = results.get(uri);
  if (result === undefined || result.state.kind === 'running') return [];
  const { project, name } = result.target;
  const top = new vscode.Range(0, 0, 0, 0);
  const lens = (icon: string, title: string, command: string, at = top): vscode.CodeLens =>
    new vscode.CodeLens(at, { title: lensTitle(icon, title), command, arguments: [uri] });
  const entry = project.store.function(name);
  const answered = result.state.kind === 'answered' || result.state.kind === 'finished';
  const line = result.document.sections.find(({ title }) => title === t('Answer'))?.startLine;
  const answer = line === undefined ? top : new vscode.Range(line, 0, line, 0);
  return [
    lens('play', t('Invoke Again'), commands.invocationRepeat),
    ...(entry !== undefined && canDebug(entry)
      ? [lens('debug-alt', t('Debug This'), commands.invocationDebug)]
      : []),
    ...(result.event.kind === 'saved' ? [] : [lens('save', t('Save Event…'), commands.invocationSaveEvent)]),
    lens('edit', t('Edit Event'), commands.invocationEditEvent),
    // Over the answer itself: beside code the top has no room for it.
    ...(answered ? [lens('copy', t('Copy Answer'), commands.invocationCopyAnswer, answer)] : []),
    ...(result.state.kind === 'finished' && result.state.record.report !== undefined
      ? [lens('diff', t('Replay and Compare'), commands.invocationReplay, answer)]
      : []),
  ];
}
