/** Names the environment in a child session's configuration, so that the tracker knows whose events it sees. */
export const ENVIRONMENT_FIELD = '__lamplightEnvironment';

export interface EnvironmentMark {
  readonly debugId: string;
  readonly environmentId: string;
}

/** The shape of VS Code's DebugConfiguration. */
export type ChildConfiguration = {
  readonly type: string;
  readonly request: string;
  readonly name: string;
} & Readonly<Record<string, unknown>>;

/** The mark of a configuration, or nothing where it isn't one of ours. */
export function environmentMark(
  configuration: Readonly<Record<string, unknown>>,
): EnvironmentMark | undefined {
  const mark = configuration[ENVIRONMENT_FIELD];
  if (typeof mark !== 'object' || mark === null) return undefined;
  if (!('debugId' in mark) || !('environmentId' in mark)) return undefined;
  const { debugId, environmentId } = mark;
  return typeof debugId === 'string' && typeof environmentId === 'string'
    ? { debugId, environmentId }
    : undefined;
}
