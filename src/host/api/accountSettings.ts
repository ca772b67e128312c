import { MAX_UNZIPPED_BYTES } from '../functions/unpackZip.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';

/** GetAccountSettings (spec/lambda-service.md §6). Nothing reserves concurrency yet, so all of it is unreserved. */
const getAccountSettings: OperationHandler<'GetAccountSettings'> = (_input, { host }) => {
  const functions = host.functions.list();
  return {
    AccountLimit: {
      TotalCodeSize: 322_122_547_200,
      CodeSizeUnzipped: MAX_UNZIPPED_BYTES,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: host.concurrencyLimit,
      UnreservedConcurrentExecutions: host.concurrencyLimit,
    },
    AccountUsage: {
      TotalCodeSize: functions.reduce(
        (sum, record) => sum + record.codeSize,
        host.functions.versions.codeBytes(),
      ),
      FunctionCount: functions.length,
    },
  };
};

export const accountOperations: OperationHandlers = { GetAccountSettings: getAccountSettings };
