/** What history keeps of an invocation beside what it was asked with. */
import type { BillingFacts } from '../../protocol/model.ts';
import type { Environment, EnvironmentAnswer } from '../environments/environment.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';

/** MB of /tmp that cost nothing. */
const FREE_STORAGE_MB = 512;

/** As it was when it ran. */
export const billingFacts = (
  { architecture, ephemeralStorage }: Pick<FunctionRecord, 'architecture' | 'ephemeralStorage'>,
  { spec }: Pick<Environment, 'spec'>,
  event: Buffer,
): BillingFacts => ({
  architecture,
  ...(spec.initType === 'provisioned-concurrency' ? { provisioned: true } : {}),
  ...(ephemeralStorage > FREE_STORAGE_MB ? { storageMb: ephemeralStorage } : {}),
  eventBytes: event.length,
});

/** Milliseconds in which it was neither initialised nor had its event. */
export function waited({ summary }: Environment, ms: number): number {
  // What an environment did before its first event it did for that one; where it was provisioned, nobody waited.
  const initMs = summary.invocations === 0 ? (summary.initMs ?? 0) : 0;
  return Math.round(Math.max(0, ms - initMs));
}

/** errorType and errorMessage of an error payload, where it has them. */
export function errorFacts(answer: Pick<EnvironmentAnswer, 'payload' | 'errorType'>): {
  errorType?: string;
  errorMessage?: string;
} {
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer.payload.toString('utf8'));
  } catch {
    parsed = undefined;
  }
  const body = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>;
  const type = typeof body['errorType'] === 'string' ? body['errorType'] : answer.errorType;
  const message = typeof body['errorMessage'] === 'string' ? body['errorMessage'] : undefined;
  return {
    ...(type === undefined ? {} : { errorType: type }),
    ...(message === undefined ? {} : { errorMessage: message }),
  };
}
