/** What environments are alike by: any of one key may serve an event that asks for it. */
export interface PoolKey {
  readonly functionName: string;
  readonly version: string;
  /** Debugged environments are kept apart: they are the only ones that serve while a debugger is there. */
  readonly debugId?: string;
  /** Version or alias whose provisioned concurrency they are. */
  readonly provisioned?: string;
}

/** As text. */
export const keyOf = (key: PoolKey): string =>
  `${key.functionName}\n${key.version}\n${key.debugId ?? ''}\n${key.provisioned ?? ''}`;
