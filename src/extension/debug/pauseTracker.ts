import type * as vscode from 'vscode';
import { environmentMark } from './environmentMark.ts';
import type { EnvironmentMark } from './environmentMark.ts';
import type { Pauses } from './pauses.ts';

/** Requests after whose answer the debuggee runs, where an adapter sends no `continued`. */
const resuming = new Set(['continue', 'next', 'stepIn', 'stepOut', 'restartFrame']);

/** The environment that a session belongs to, and our session of it: js-debug adds sessions of its own below. */
export function environmentOf(
  session: vscode.DebugSession,
): { readonly mark: EnvironmentMark; readonly child: vscode.DebugSession } | undefined {
  for (let at: vscode.DebugSession | undefined = session; at !== undefined; at = at.parentSession) {
    const mark = environmentMark(at.configuration);
    if (mark !== undefined) return { mark, child: at };
  }
  return undefined;
}

/** Watches the child sessions stop and go on, so that the environment's deadline stands still in between. */
export class PauseTrackers implements vscode.DebugAdapterTrackerFactory {
  readonly #pauses: Pauses;

  constructor(pauses: Pauses) {
    this.#pauses = pauses;
  }

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker | undefined {
    const mark = environmentOf(session)?.mark;
    if (mark === undefined) return undefined;
    const set = (stopped: boolean): void => this.#pauses.set(mark, session.id, stopped);
    return {
      onDidSendMessage(message: unknown) {
        const state = runState(message);
        if (state !== undefined) set(state === 'stopped');
      },
      onWillStopSession: () => set(false),
    };
  }
}

function runState(message: unknown): 'stopped' | 'running' | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  if (message.type === 'event' && 'event' in message) {
    if (message.event === 'stopped') return 'stopped';
    if (message.event === 'continued' || message.event === 'terminated' || message.event === 'exited')
      return 'running';
  }
  if (message.type === 'response' && 'command' in message && 'success' in message)
    return message.success === true && resuming.has(String(message.command)) ? 'running' : undefined;
  return undefined;
}
