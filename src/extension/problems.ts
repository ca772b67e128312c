import * as vscode from 'vscode';
import type { WorkspaceProblem } from '../protocol/model.ts';
import type { Projects } from './project/projects.ts';

/** Mistakes in templates and code as the editor's Problems: the host's while one is connected, else what was read. */
export class Problems {
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('lamplight');
  readonly #projects: Projects;
  readonly #listeners: readonly { dispose(): void }[];

  constructor(projects: Projects) {
    this.#projects = projects;
    this.#listeners = [
      projects.onChange.add(({ change }) => {
        if (change.kind === 'problems') this.#show();
      }),
      projects.onFolders.add(() => this.#show()),
    ];
  }

  #show(): void {
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const project of this.#projects.all())
      for (const problem of project.store.problems()) {
        const file = project.paths.shown(problem.file);
        byFile.set(file, [...(byFile.get(file) ?? []), diagnostic(problem)]);
      }
    this.#diagnostics.clear();
    for (const [file, list] of byFile) this.#diagnostics.set(vscode.Uri.file(file), list);
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#diagnostics.dispose();
  }
}

const severities: Readonly<Record<WorkspaceProblem['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

function diagnostic(problem: WorkspaceProblem): vscode.Diagnostic {
  const range = new vscode.Range(problem.startLine, problem.startColumn, problem.endLine, problem.endColumn);
  const made = new vscode.Diagnostic(range, problem.message, severities[problem.severity]);
  made.source = 'Lamplight';
  if (problem.code !== undefined) made.code = problem.code;
  return made;
}
