import * as vscode from 'vscode';
import { isAbort } from './errors.ts';

/** Runs `work` with a notification that can cancel it; undefined where the user did. */
export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T | undefined> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      const listener = token.onCancellationRequested(() => abort.abort());
      try {
        return await work(abort.signal, message => progress.report({ message }));
      } catch (error) {
        if (abort.signal.aborted || isAbort(error)) return undefined;
        throw error;
      } finally {
        listener.dispose();
      }
    },
  );
}
