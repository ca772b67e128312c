/** The live log of one environment: every record while the rate is sane, then a count of what was left out. */
import type { LogRecord } from '../../../protocol/model.ts';
import type { Clock } from '../../clock.ts';
import { eachRecord, restoreNewlines } from './records.ts';

/** What an environment may tell at once, and per second after that: a handler that prints 100 MB must not fill clients. */
const BURST_BYTES = 1024 * 1024;
/** What a record costs besides its text, wherever it goes: a million empty lines are no small thing either. */
const RECORD_BYTES = 100;

export class LogStream {
  readonly #clock: Clock;
  readonly #tell: (record: LogRecord) => void;
  readonly #functionName: string;
  readonly #environmentId: string;
  #allowance = BURST_BYTES;
  #filledAt: number;
  #droppedRecords = 0;
  #droppedBytes = 0;

  constructor(clock: Clock, functionName: string, environmentId: string, tell: (record: LogRecord) => void) {
    this.#clock = clock;
    this.#functionName = functionName;
    this.#environmentId = environmentId;
    this.#tell = tell;
    this.#filledAt = clock.monotonic();
  }

  /** Records of the function's own or of an extension's, one or many. */
  records(bytes: Buffer, requestId: string | undefined, kind: 'function' | 'extension' = 'function'): void {
    this.#refill();
    eachRecord(bytes, (start, end) => this.#record(bytes.subarray(start, end), requestId, kind));
  }

  /** START, END, REPORT and the like: never left out. */
  platform(text: string, requestId: string | undefined): void {
    this.reportDropped(requestId);
    if (text !== '') this.#send('platform', text, requestId);
  }

  /** Says once how much was left out since the last time. */
  reportDropped(requestId: string | undefined): void {
    if (this.#droppedRecords === 0) return;
    const text = `… ${this.#droppedRecords} log lines (${this.#droppedBytes} bytes) left out: printed faster than they can be shown …\n`;
    this.#droppedRecords = 0;
    this.#droppedBytes = 0;
    this.#send('platform', text, requestId);
  }

  #record(record: Buffer, requestId: string | undefined, kind: 'function' | 'extension'): void {
    const cost = record.length + RECORD_BYTES;
    if (cost > this.#allowance) {
      this.#droppedRecords += 1;
      this.#droppedBytes += record.length;
      return;
    }
    this.reportDropped(requestId);
    this.#allowance -= cost;
    this.#send(kind, restoreNewlines(record).toString('utf8'), requestId);
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    const earned = ((now - this.#filledAt) / 1000) * BURST_BYTES;
    this.#allowance = Math.min(BURST_BYTES, this.#allowance + earned);
    this.#filledAt = now;
  }

  #send(kind: LogRecord['kind'], text: string, requestId: string | undefined): void {
    this.#tell({
      functionName: this.#functionName,
      environmentId: this.#environmentId,
      ...(requestId === undefined ? {} : { requestId }),
      time: this.#clock.serviceNow(),
      kind,
      text,
    });
  }
}
