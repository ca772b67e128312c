import * as vscode from 'vscode';
import { shownAnswer } from '../../protocol/replay.ts';
import type { ReplaySide } from '../../protocol/replay.ts';
import { ANSWER_SCHEME } from '../contributions.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Projects } from '../project/projects.ts';
import { clock } from '../views/format.ts';

/** The answer of an invocation that the host remembers, as it is compared with another one. */
export function answerUri({ project, name }: FunctionTarget, side: ReplaySide): vscode.Uri {
  return vscode.Uri.from({
    scheme: ANSWER_SCHEME,
    // VS Code shows it as JSON by its name.
    path: `/${name} ${clock(side.startedAt)}.json`,
    query: new URLSearchParams({
      folder: project.folder.uri.toString(),
      request: side.requestId,
      attempt: String(side.attempt),
    }).toString(),
  });
}

/** The read-only documents of the scheme `lamplight-answer`. */
export class AnswerDocuments implements vscode.TextDocumentContentProvider {
  readonly #projects: Projects;
  readonly #registration: vscode.Disposable;

  constructor(projects: Projects) {
    this.#projects = projects;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(ANSWER_SCHEME, this);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const query = new URLSearchParams(uri.query);
    const project = this.#projects.all().find(one => one.folder.uri.toString() === query.get('folder'));
    const { session } = project?.connection ?? {};
    // It was open when the window closed: no host is started for it.
    if (session === undefined) return t('(The host that has this answer is not running.)');
    return shownAnswer(
      await session.invocation(query.get('request') ?? '', Number(query.get('attempt') ?? '1')),
    );
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
