import type * as vscode from 'vscode';
import { Listeners } from '../listeners.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { LATEST } from '../versions/latest.ts';

/** The version or alias that Invoke, Debug and F5 use for each function, kept over restarts; `$LATEST` where none is chosen. */
export class ChosenQualifiers {
  readonly #memory: vscode.Memento;
  readonly onChange = new Listeners<FunctionTarget>();

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  get(target: FunctionTarget): string {
    const value = this.#memory.get<unknown>(keyOf(target));
    return typeof value === 'string' ? value : LATEST;
  }

  set(target: FunctionTarget, qualifier: string): void {
    void this.#memory.update(keyOf(target), qualifier === LATEST ? undefined : qualifier);
    this.onChange.fire(target);
  }

  /** It was deleted: `$LATEST` again. */
  forget(target: FunctionTarget, qualifier: string): void {
    if (this.get(target) === qualifier) this.set(target, LATEST);
  }
}

const keyOf = ({ project, name }: FunctionTarget): string =>
  `qualifier ${project.folder.uri.toString()} ${name}`;
