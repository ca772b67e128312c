import type * as vscode from 'vscode';
import { Listeners } from '../listeners.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { LATEST } from '../versions/latest.ts';

/** The version or alias that Invoke, Debug and F5 use for each function, kept over restarts; `$LATEST` where none is chosen. */
export class ChosenQualifiers {
  readonly #memory: vscode.Memento;
  /** What is in memory, by key: a thousand functions are drawn with one reading. */
  #chosen: Map<string, string> | undefined;
  readonly onChange = new Listeners<FunctionTarget>();

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  get(target: FunctionTarget): string {
    const chosen = this.#known();
    return chosen.size === 0 ? LATEST : (chosen.get(keyOf(target)) ?? LATEST);
  }

  set(target: FunctionTarget, qualifier: string): void {
    const key = keyOf(target);
    if (qualifier === LATEST) this.#known().delete(key);
    else this.#known().set(key, qualifier);
    void this.#memory.update(key, qualifier === LATEST ? undefined : qualifier);
    this.onChange.fire(target);
  }

  #known(): Map<string, string> {
    this.#chosen ??= new Map(
      this.#memory.keys().flatMap(key => {
        const value = key.startsWith(PREFIX) ? this.#memory.get<unknown>(key) : undefined;
        return typeof value === 'string' ? [[key, value] as const] : [];
      }),
    );
    return this.#chosen;
  }

  /** It was deleted: `$LATEST` again. */
  forget(target: FunctionTarget, qualifier: string): void {
    if (this.get(target) === qualifier) this.set(target, LATEST);
  }
}

const PREFIX = 'qualifier ';
const keyOf = ({ project, name }: FunctionTarget): string =>
  `${PREFIX}${project.folder.uri.toString()} ${name}`;
