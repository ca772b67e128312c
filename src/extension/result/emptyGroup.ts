import * as vscode from 'vscode';
import { RESULT_SCHEME } from '../contributions.ts';

const KEY = 'lamplight.resultColumn';

const isResult = ({ input }: vscode.Tab): boolean =>
  input instanceof vscode.TabInputText && input.uri.scheme === RESULT_SCHEME;

/**
 * A window that is loaded again opens no result again, but the editor group that held nothing else: an empty half of the
 * window. Remembers which group that is, and closes it when it is found empty.
 */
export class EmptyGroup {
  readonly #state: vscode.Memento;
  readonly #listener: vscode.Disposable;

  constructor(state: vscode.Memento) {
    this.#state = state;
    this.#closeLeft();
    this.#listener = vscode.window.tabGroups.onDidChangeTabs(() => this.#remember());
  }

  #closeLeft(): void {
    const { tabGroups } = vscode.window;
    const column = this.#state.get<number>(KEY);
    const left = tabGroups.all.find(group => group.viewColumn === column && group.tabs.length === 0);
    if (left !== undefined && tabGroups.all.length > 1) void tabGroups.close(left, true);
    this.#remember();
  }

  #remember(): void {
    const column = vscode.window.tabGroups.all.find(
      ({ tabs }) => tabs.length > 0 && tabs.every(isResult),
    )?.viewColumn;
    if (column !== this.#state.get<number>(KEY)) void this.#state.update(KEY, column);
  }

  dispose(): void {
    this.#listener.dispose();
  }
}
