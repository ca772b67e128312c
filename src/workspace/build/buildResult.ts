/** What a build gives, and which files would change it. */
import type { BuiltCode } from '../../protocol/deployment.ts';
import type { WorkspaceProblem } from '../../protocol/model.ts';

export interface BuildInputs {
  /** Whether a change of that file (absolute path; it may be new or gone) can change what the build gives. */
  touchedBy(file: string): boolean;
  /** Absolute folders with files that count; they may lie outside the workspace or in folders that nobody watches. */
  readonly folders: readonly string[];
  /** Absolute folders of which everything below counts. */
  readonly trees: readonly string[];
}

export interface BuildSuccess {
  readonly ok: true;
  readonly code: BuiltCode;
  /** Warnings. */
  readonly problems: readonly WorkspaceProblem[];
  readonly inputs: BuildInputs;
}

export interface BuildFailure {
  readonly ok: false;
  /** It was ended, since a newer one is asked for: it says nothing of the code. */
  readonly cancelled?: true;
  /** One text for whoever invokes the function: the first errors with their places. */
  readonly message: string;
  readonly problems: readonly WorkspaceProblem[];
  readonly inputs: BuildInputs;
}

export type BuildResult = BuildSuccess | BuildFailure;
