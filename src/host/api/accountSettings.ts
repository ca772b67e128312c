import { unreservedConcurrency } from '../functions/concurrency.ts';
import { MAX_UNZIPPED_BYTES } from '../functions/unpackZip.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';

/** GetAccountSettings (spec/lambda-service.md §6): the zips of functions, of their versions and of layers count. */
const getAccountSettings: OperationHandler<'GetAccountSettings'> = (_input, { host }) => {
  const functions = host.functions.list();
  return {
    AccountLimit: {
      TotalCodeSize: 322_122_547_200,
      CodeSizeUnzipped: MAX_UNZIPPED_BYTES,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: host.concurrencyLimit,
      UnreservedConcurrentExecutions: unreservedConcurrency(host.functions.settings, host.concurrencyLimit),
    },
    AccountUsage: {
      TotalCodeSize:
        sizeOf(functions) + host.functions.versions.codeBytes() + sizeOf(host.functions.layers.list()),
      FunctionCount: functions.length,
    },
  };
};

const sizeOf = (packages: readonly { readonly codeSize: number }[]): number =>
  packages.reduce((sum, { codeSize }) => sum + codeSize, 0);

export const accountOperations: OperationHandlers = { GetAccountSettings: getAccountSettings };
