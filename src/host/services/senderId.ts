import type { Caller } from '../gateway/service.ts';

/** IAM's unique id of a caller: the account for its root; role id and session name for an assumed role. */
export const senderIdOf = (caller: Pick<Caller, 'accountId' | 'functionName'>): string =>
  caller.functionName === undefined ? caller.accountId : `AROALAMPLIGHTEXECUTION:${caller.functionName}`;
