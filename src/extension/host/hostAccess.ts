import { randomUUID } from 'node:crypto';
import {
  connectDebugger,
  endDebug,
  invocation,
  setPaused,
  startDebug,
  stop,
  sync,
} from '../../client/controlCalls.ts';
import { ensureHost } from '../../client/ensureHost.ts';
import { followHost } from '../../client/followHost.ts';
import { HostClient } from '../../client/hostClient.ts';
import { invoke } from '../../client/invoke.ts';
import type { HostLaunch } from '../../client/nodeBinary.ts';
import { stateFolder } from '../../client/stateFolder.ts';
import type { HostInfo } from '../../protocol/hostInfo.ts';
import type { HostAccess, HostSession } from './hostSession.ts';

export interface HostAccessOptions {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  readonly launch: () => Promise<HostLaunch>;
  /** Arguments of `lamplight start` that the settings ask for, read when a host must be started. */
  readonly startArguments: () => readonly string[];
  readonly log: (message: string) => void;
}

/** The client room's calls, bound to one folder and one window. */
export function hostAccess(options: HostAccessOptions): HostAccess {
  // The host ends this window's debug sessions with the stream that bears its id.
  const clientId = randomUUID();
  return {
    async start(signal) {
      const stateDir = await stateFolder(options.folder);
      return ensureHost({
        stateDir,
        folder: options.folder,
        launch: options.launch,
        startArguments: options.startArguments(),
        log: options.log,
        signal,
      });
    },
    async follow({ onHost, onEvent, signal }) {
      const stateDir = await stateFolder(options.folder);
      await followHost({ stateDir, clientId, onHost, onEvent, log: options.log, signal });
    },
    open: info => openSession(info, clientId),
  };
}

function openSession(info: HostInfo, clientId: string): HostSession {
  const client = new HostClient(info);
  return {
    info,
    client,
    async invoke({ functionName, qualifier, payload, signal }) {
      const answer = await invoke(client, {
        functionName,
        qualifier,
        payload: Buffer.from(payload),
        client: 'editor',
        signal,
      });
      return {
        requestId: answer.requestId,
        payload: answer.payload.toString(),
        functionError: answer.functionError,
        executedVersion: answer.executedVersion,
        buildError: answer.buildError,
      };
    },
    async sync(files, signal) {
      await sync(client, files, signal);
    },
    invocation: (requestId, attempt) => invocation(client, requestId, attempt),
    async startDebug(functionName, qualifier) {
      const started = await startDebug(client, {
        functionName,
        clientId,
        ...(qualifier === undefined ? {} : { qualifier }),
      });
      return started.debugId;
    },
    setPaused: (debugId, environmentId, paused) => setPaused(client, debugId, environmentId, paused),
    connectDebugger: (debugId, environmentId, address) =>
      connectDebugger(client, debugId, environmentId, address),
    endDebug: debugId => endDebug(client, debugId),
    stop: () => stop(client),
    close: () => client.close(),
  };
}
