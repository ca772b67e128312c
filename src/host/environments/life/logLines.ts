/** The platform's own lines in a text log (spec/execution-environment.md §4.4). Each has its newline. */
import type { InvocationReport } from '../../../protocol/model.ts';

export interface PhaseFailure {
  readonly status: 'error' | 'timeout' | 'failure';
  readonly errorType?: string;
}

export const initStartLine = (runtimeVersion: string): string =>
  `INIT_START Runtime Version: ${runtimeVersion}\n`;

/** Only where the init phase failed. */
export function initReportLine(
  phase: 'init' | 'invoke',
  durationMs: number,
  { status, errorType }: PhaseFailure,
): string {
  const type = errorType === undefined ? '' : `\tError Type: ${errorType}`;
  return `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${status}${type}\n`;
}

export const startLine = (requestId: string, version: string): string =>
  `START RequestId: ${requestId} Version: ${version}\n`;

export const endLine = (requestId: string): string => `END RequestId: ${requestId}\n`;

/** `failure` stands in it only where the platform ended the phase, not where a handler threw. */
export function reportLine(
  requestId: string,
  report: InvocationReport,
  failure: PhaseFailure | undefined,
): string {
  const init = report.initMs === undefined ? '' : `Init Duration: ${report.initMs.toFixed(2)} ms\t`;
  return (
    `REPORT RequestId: ${requestId}\tDuration: ${report.durationMs.toFixed(2)} ms\t` +
    `Billed Duration: ${report.billedMs} ms\tMemory Size: ${report.memorySizeMb} MB\t` +
    `Max Memory Used: ${report.maxMemoryUsedMb} MB\t${init}${failureText(failure)}\n`
  );
}

/** `Name: x\tState: Ready\tEvents: [INVOKE, SHUTDOWN]` (§2.4). */
export function extensionLine(
  name: string,
  state: string,
  events: readonly string[],
  errorType?: string,
): string {
  const type = errorType === undefined ? '' : `\tError Type: ${errorType}`;
  return `EXTENSION\tName: ${name}\tState: ${state}\tEvents: [${events.join(', ')}]${type}\n`;
}

/** `TELEMETRY\tName: x\tState: Subscribed\tTypes: [Platform, Function]` (§2.4). */
export function subscriptionLine(api: 'telemetry' | 'logs', name: string, types: readonly string[]): string {
  const names = types.map(type => type.slice(0, 1).toUpperCase() + type.slice(1));
  return `${api === 'telemetry' ? 'TELEMETRY' : 'LOGS'}\tName: ${name}\tState: Subscribed\tTypes: [${names.join(', ')}]\n`;
}

function failureText(failure: PhaseFailure | undefined): string {
  if (!failure) return '';
  if (failure.status === 'timeout') return 'Status: timeout';
  return `Status: error\tError Type: ${failure.errorType ?? 'Sandbox.Failure'}`;
}
