/** What Lambda has no call for: a function that is deleted and can come back. */
import { AwsError } from '../../protocol/awsError.ts';
import type { FunctionSummary } from '../../protocol/model.ts';
import { functionArn } from './arn.ts';
import type { FunctionStore } from './functionStore.ts';

/** Both throw an AwsError where there is no such function. */
export interface FunctionActions {
  /** Gone as after DeleteFunction, and kept for {@link FunctionActions.restore} for 7 days. Never a workspace's. */
  delete(name: string): FunctionSummary;
  /** The one of this name that was deleted last, with its versions, aliases and settings. */
  restore(name: string): FunctionSummary;
}

export function createFunctionActions(
  store: Pick<FunctionStore, 'accountId' | 'region' | 'get' | 'summary' | 'hide' | 'reveal'>,
): FunctionActions {
  return {
    delete: name => {
      const record = store.get(name);
      if (record === undefined)
        throw new AwsError(
          'ResourceNotFoundException',
          404,
          `Function not found: ${functionArn(store, name)}`,
        );
      if (record.owner !== undefined)
        throw new AwsError(
          'InvalidParameterValueException',
          400,
          `${name} is declared by ${record.owner.logicalId} in ${record.owner.template}: it goes when that declares it no more.`,
        );
      const summary = store.summary(record);
      store.hide(name);
      return summary;
    },
    restore: name => {
      if (store.get(name) !== undefined)
        throw new AwsError(
          'ResourceConflictException',
          409,
          `${name} can't be restored: there is another function of that name. Delete that one first.`,
        );
      const record = store.reveal(name);
      if (record === undefined)
        throw new AwsError(
          'ResourceNotFoundException',
          404,
          `${name} can't be restored: it is not among the functions that were deleted in the last 7 days.`,
        );
      return store.summary(record);
    },
  };
}
