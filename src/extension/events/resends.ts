import type * as vscode from 'vscode';
import { Listeners } from '../listeners.ts';

/** The pending event that a document was made from. */
export interface Resend {
  readonly requestId: string;
  readonly qualifier: string | undefined;
}

/** Event documents that were opened to be sent again, saved since or not; known while the window is open. */
export class Resends {
  readonly #byPath = new Map<string, Resend>();
  readonly onChange = new Listeners<undefined>();

  get(uri: vscode.Uri): Resend | undefined {
    return this.#byPath.get(uri.path);
  }

  set(uri: vscode.Uri, resend: Resend): void {
    this.#byPath.set(uri.path, resend);
    this.onChange.fire(undefined);
  }
}
