/** The platform's own log lines: text and JSON (spec/execution-environment.md §4.4, §4.5, §3.3). */
import type { InvocationReport } from '../../../protocol/model.ts';
import type { EnvironmentSpec } from '../environment.ts';

export interface PhaseFailure {
  readonly status: 'error' | 'timeout' | 'failure';
  readonly errorType?: string;
}

/** Writes the platform's lines in the format and at the level that the function asked for. */
export class PlatformLog {
  readonly #spec: EnvironmentSpec;
  readonly #json: boolean;
  readonly #level: number;

  constructor(spec: EnvironmentSpec) {
    this.#spec = spec;
    this.#json = spec.logFormat === 'JSON';
    this.#level = levels[spec.systemLogLevel ?? 'INFO'] ?? levels['INFO'] ?? 2;
  }

  initStart(time: number, phase: 'init' | 'invoke', runtimeVersion: string): string {
    if (!this.#json) return `INIT_START Runtime Version: ${runtimeVersion}\n`;
    return this.#event(time, 'INFO', 'platform.initStart', {
      initializationType: this.#spec.initType,
      phase,
      runtimeVersion,
      functionName: this.#spec.functionName,
      functionVersion: this.#spec.version,
    });
  }

  /** Text format has it only where the init phase failed. */
  initReport(time: number, phase: 'init' | 'invoke', durationMs: number, failure?: PhaseFailure): string {
    if (this.#json) {
      return this.#event(time, failure ? 'WARN' : 'DEBUG', 'platform.initReport', {
        initializationType: this.#spec.initType,
        phase,
        status: failure?.status ?? 'success',
        ...(failure?.errorType === undefined ? {} : { errorType: failure.errorType }),
        metrics: { durationMs: round3(durationMs) },
      });
    }
    if (!failure) return '';
    const type = failure.errorType === undefined ? '' : `\tError Type: ${failure.errorType}`;
    return `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${failure.status}${type}\n`;
  }

  start(time: number, requestId: string): string {
    if (!this.#json) return `START RequestId: ${requestId} Version: ${this.#spec.version}\n`;
    return this.#event(time, 'INFO', 'platform.start', {
      requestId,
      version: this.#spec.version,
      functionArn: this.#spec.functionArn,
    });
  }

  end(time: number, requestId: string, durationMs: number, failure?: PhaseFailure): string {
    if (!this.#json) return `END RequestId: ${requestId}\n`;
    return this.#event(time, failure ? 'WARN' : 'DEBUG', 'platform.runtimeDone', {
      requestId,
      status: failure?.status ?? 'success',
      ...(failure?.errorType === undefined ? {} : { errorType: failure.errorType }),
      metrics: { durationMs: round3(durationMs) },
    });
  }

  /** `status` stands in the text line only where the platform ended the phase, not where a handler threw. */
  report(
    time: number,
    requestId: string,
    report: InvocationReport,
    failure: PhaseFailure | undefined,
    byPlatform: boolean,
  ): string {
    if (this.#json) {
      return this.#event(time, failure ? 'WARN' : 'INFO', 'platform.report', {
        requestId,
        status: failure?.status ?? 'success',
        ...(failure?.errorType === undefined ? {} : { errorType: failure.errorType }),
        metrics: {
          durationMs: round3(report.durationMs),
          billedDurationMs: report.billedMs,
          memorySizeMB: report.memorySizeMb,
          maxMemoryUsedMB: report.maxMemoryUsedMb,
          ...(report.initMs === undefined ? {} : { initDurationMs: round3(report.initMs) }),
        },
      });
    }
    const init = report.initMs === undefined ? '' : `Init Duration: ${report.initMs.toFixed(2)} ms\t`;
    return (
      `REPORT RequestId: ${requestId}\tDuration: ${report.durationMs.toFixed(2)} ms\t` +
      `Billed Duration: ${report.billedMs} ms\tMemory Size: ${report.memorySizeMb} MB\t` +
      `Max Memory Used: ${report.maxMemoryUsedMb} MB\t${init}${failureText(failure, byPlatform)}\n`
    );
  }

  /** A line of Lamplight's own, which AWS doesn't have. */
  notice(time: number, message: string): string {
    return this.#json ? this.#event(time, 'WARN', 'lamplight.notice', { message }) : `${message}\n`;
  }

  /** Lines that AWS writes in text only (a timeout's, a crash's). */
  textOnly(line: string): string {
    return this.#json ? '' : line;
  }

  #event(time: number, level: string, type: string, record: object): string {
    if ((levels[level] ?? 0) < this.#level) return '';
    return `${JSON.stringify({ time: new Date(time).toISOString(), type, record })}\n`;
  }
}

const levels: Readonly<Record<string, number>> = { DEBUG: 1, INFO: 2, WARN: 3 };

function failureText(failure: PhaseFailure | undefined, byPlatform: boolean): string {
  if (!failure || !byPlatform) return '';
  if (failure.status === 'timeout') return 'Status: timeout';
  return `Status: error\tError Type: ${failure.errorType ?? 'Sandbox.Failure'}`;
}

function round3(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
