/**
 * Debug sessions: while one is open for a function version, its events run in environments that started under the
 * debugger, whoever sends them (DESIGN.md rule 1), and nowhere else.
 */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../protocol/awsError.ts';
import type { DebugRequest } from '../../protocol/control.ts';
import { functionNotFound } from './errors.ts';

export interface DebugSessions {
  /**
   * Opens one; a function version has one at a time. An alias stands for the version that it names now. Throws
   * ResourceNotFoundException where there is none.
   */
  start(request: DebugRequest): string;
  /** Id of the session that the function version's events belong to. */
  of(functionName: string, version: string): string | undefined;
  end(debugId: string): void;
  /** The client's event stream has gone: its sessions end with it. */
  endClient(clientId: string): void;
}

interface Session {
  readonly debugId: string;
  readonly functionName: string;
  readonly version: string;
  readonly clientId: string;
}

export interface DebugSessionsOptions {
  /** The version that a qualifier names; undefined where there is none. */
  versionOf(functionName: string, qualifier: string): string | undefined;
  /**
   * Called when the environments of a function version must be replaced; with the id of the session that ended, whose own
   * environments end at once, when it is one that did.
   */
  changed(functionName: string, version: string, endedDebugId?: string): void;
}

export function createDebugSessions(options: DebugSessionsOptions): DebugSessions {
  const sessions = new Map<string, Session>();

  const find = (functionName: string, version: string): Session | undefined => {
    for (const session of sessions.values()) {
      if (session.functionName === functionName && session.version === version) return session;
    }
    return undefined;
  };

  function end(debugId: string): void {
    const session = sessions.get(debugId);
    if (!session) return;
    sessions.delete(debugId);
    options.changed(session.functionName, session.version, debugId);
  }

  return {
    start(request) {
      const qualifier = request.qualifier ?? '$LATEST';
      // $LATEST may be declared in a moment.
      const version =
        qualifier === '$LATEST' ? qualifier : options.versionOf(request.functionName, qualifier);
      if (version === undefined) throw functionNotFound(`${request.functionName}:${qualifier}`);
      const other = find(request.functionName, version);
      if (other) {
        if (other.clientId !== request.clientId) {
          throw new AwsError(
            'ResourceConflictException',
            409,
            `The function is already being debugged by another window: ${request.functionName}`,
          );
        }
        end(other.debugId);
      }
      const debugId = randomUUID();
      sessions.set(debugId, {
        debugId,
        functionName: request.functionName,
        version,
        clientId: request.clientId,
      });
      options.changed(request.functionName, version);
      return debugId;
    },
    of: (functionName, version) => (sessions.size === 0 ? undefined : find(functionName, version)?.debugId),
    end,
    endClient(clientId) {
      for (const session of [...sessions.values()]) if (session.clientId === clientId) end(session.debugId);
    },
  };
}
