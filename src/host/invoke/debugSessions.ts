/**
 * Debug sessions: while one is open for a function version, its events run in environments that started under the
 * debugger, whoever sends them (DESIGN.md rule 1), and nowhere else.
 */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../protocol/awsError.ts';
import type { DebugRequest } from '../../protocol/control.ts';

export interface DebugSessions {
  /** Opens one; a function version has one at a time. */
  start(request: DebugRequest): string;
  /** Id of the session that the function version's events belong to. */
  of(functionName: string, qualifier: string): string | undefined;
  end(debugId: string): void;
  /** The client's event stream has gone: its sessions end with it. */
  endClient(clientId: string): void;
}

interface Session {
  readonly debugId: string;
  readonly functionName: string;
  readonly qualifier: string;
  readonly clientId: string;
}

/**
 * `changed` is called when the environments of a function must be replaced; with the id of the session that ended, whose
 * own environments end at once, when it is one that did.
 */
export function createDebugSessions(
  changed: (functionName: string, endedDebugId?: string) => void,
): DebugSessions {
  const sessions = new Map<string, Session>();

  const find = (functionName: string, qualifier: string): Session | undefined => {
    for (const session of sessions.values()) {
      if (session.functionName === functionName && session.qualifier === qualifier) return session;
    }
    return undefined;
  };

  function end(debugId: string): void {
    const session = sessions.get(debugId);
    if (!session) return;
    sessions.delete(debugId);
    changed(session.functionName, debugId);
  }

  return {
    start(request) {
      const qualifier = request.qualifier ?? '$LATEST';
      const other = find(request.functionName, qualifier);
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
        qualifier,
        clientId: request.clientId,
      });
      changed(request.functionName);
      return debugId;
    },
    of: (functionName, qualifier) =>
      sessions.size === 0 ? undefined : find(functionName, qualifier)?.debugId,
    end,
    endClient(clientId) {
      for (const session of [...sessions.values()]) if (session.clientId === clientId) end(session.debugId);
    },
  };
}
