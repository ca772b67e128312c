import type * as vscode from 'vscode';
import { Listeners } from '../listeners.ts';
import type { Project } from '../project/project.ts';
import { isEventReference } from './eventReference.ts';
import type { EventReference } from './eventReference.ts';

/** Larger events are not kept over restarts; their file or the host's history still has them. */
const KEPT_CHARACTERS = 200_000;

/** The event that each function was last invoked with: what Invoke, Debug and F5 use next. */
export class ChosenEvents {
  readonly #memory: vscode.Memento;
  readonly #large = new Map<string, EventReference>();
  readonly onChange = new Listeners<undefined>();

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  get(project: Project, functionName: string): EventReference | undefined {
    const key = keyOf(project, functionName);
    const value = this.#large.get(key) ?? this.#memory.get<unknown>(key);
    return isEventReference(value) ? value : undefined;
  }

  set(project: Project, functionName: string, event: EventReference): void {
    const key = keyOf(project, functionName);
    const large = event.kind === 'text' && event.text.length > KEPT_CHARACTERS;
    if (large) this.#large.set(key, event);
    else this.#large.delete(key);
    void this.#memory.update(key, large ? undefined : event);
    this.onChange.fire(undefined);
  }
}

const keyOf = (project: Project, functionName: string): string =>
  `event ${project.folder.uri.toString()} ${functionName}`;
