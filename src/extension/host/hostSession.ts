/** What the extension needs of a running host. hostAccess.ts makes it of the client room; tests have their own. */
import type { HostClient } from '../../client/hostClient.ts';
import type { DebuggerAddress, HostEvent } from '../../protocol/control.ts';
import type { HostInfo } from '../../protocol/hostInfo.ts';
import type { InvocationRecord } from '../../protocol/model.ts';

export interface InvokeCall {
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  /** JSON text, sent as it is. */
  readonly payload: string;
  /** Ends the waiting, never the function: Lambda has no call that would. */
  readonly signal?: AbortSignal | undefined;
}

export interface InvokeAnswer {
  readonly requestId: string;
  /** UTF-8 text of the answer. */
  readonly payload: string;
  readonly functionError?: string | undefined;
  readonly executedVersion?: string | undefined;
  /** The last good code ran: the newest does not build, and this is why. */
  readonly buildError?: string | undefined;
}

export interface HostSession {
  readonly info: HostInfo;
  /** For the client room's calls of the Lambda API (client/versions.ts, client/aliases.ts …). */
  readonly client: HostClient;
  /** Lambda's own Invoke, RequestResponse: the extension has no private way in. Rejects where nothing was invoked. */
  invoke(call: InvokeCall): Promise<InvokeAnswer>;
  /** Resolves when every named file that changed has been built and deployed. */
  sync(files: readonly string[], signal?: AbortSignal): Promise<void>;
  invocation(requestId: string, attempt?: number): Promise<InvocationRecord>;
  /** Environments of this function start under the debugger from now on; answers the debug id. */
  startDebug(functionName: string, qualifier: string | undefined): Promise<string>;
  /** A debugger stopped in that environment, or let it go on. */
  setPaused(debugId: string, environmentId: string, paused: boolean): Promise<void>;
  /** Where an environment that waits for its debugger finds it. */
  connectDebugger(debugId: string, environmentId: string, address: DebuggerAddress): Promise<void>;
  endDebug(debugId: string): Promise<void>;
  /** Ends the host for every window. */
  stop(): Promise<void>;
  close(): void;
}

export interface FollowCallbacks {
  /** A host is there and its snapshot is the next event, or it is gone. Whoever started it. */
  readonly onHost: (info: HostInfo | undefined) => void;
  readonly onEvent: (event: HostEvent) => void;
  readonly signal: AbortSignal;
}

/** The ways to one folder's host. */
export interface HostAccess {
  /** Finds the folder's host or starts it. Rejects with why it can't be had. */
  start(signal: AbortSignal): Promise<HostInfo>;
  /** Stays with the folder's host, whoever starts and stops it, until the signal is aborted. Starts none. */
  follow(callbacks: FollowCallbacks): Promise<void>;
  open(info: HostInfo): HostSession;
}
