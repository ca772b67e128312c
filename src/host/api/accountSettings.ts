import type { ServiceResponse } from '../gateway/service.ts';
import { MAX_UNZIPPED_BYTES } from '../functions/unpackZip.ts';
import { json, type ApiCall } from './call.ts';

/** GetAccountSettings (spec/lambda-service.md §6). Nothing reserves concurrency yet, so all of it is unreserved. */
export function getAccountSettings(call: ApiCall): ServiceResponse {
  const { host } = call;
  const functions = host.functions.list();
  return json(200, {
    AccountLimit: {
      TotalCodeSize: 322_122_547_200,
      CodeSizeUnzipped: MAX_UNZIPPED_BYTES,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: host.concurrencyLimit,
      UnreservedConcurrentExecutions: host.concurrencyLimit,
    },
    AccountUsage: {
      TotalCodeSize: functions.reduce((sum, record) => sum + record.codeSize, 0),
      FunctionCount: functions.length,
    },
  });
}
