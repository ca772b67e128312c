/** All output of one environment on its way: to the invocation that it belongs to, and to whoever follows the live log. */
import { LogCapture } from './logCapture.ts';
import { LogPipe } from './logPipe.ts';
import type { LogStream } from './logStream.ts';
import { eachRecord, restoreNewlines } from './records.ts';

export interface EnvironmentLogOptions {
  readonly stream: LogStream;
  /** Lines on stderr for which it says so are the debugger's, not the function's. */
  readonly hidden?: ((line: string) => boolean) | undefined;
  /** Whether a record is above the function's level (applicationLevel.ts); absent: all are. */
  readonly isWanted?: ((record: Buffer) => boolean) | undefined;
}

export class EnvironmentLog {
  readonly #stream: LogStream;
  readonly #stdout: LogPipe;
  readonly #stderr: LogPipe;
  #capture: LogCapture | undefined;
  #requestId: string | undefined;

  readonly #options: EnvironmentLogOptions;

  constructor(options: EnvironmentLogOptions) {
    const { hidden } = options;
    this.#options = options;
    this.#stream = options.stream;
    this.#stdout = new LogPipe(records => this.#take(records));
    this.#stderr = new LogPipe(records => {
      if (hidden) this.#takeVisible(records, hidden);
      else this.#take(records);
    });
  }

  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void {
    if (stream === 'stdout') this.#stdout.push(chunk);
    else this.#stderr.push(chunk);
  }

  /** What comes from now on belongs to this invocation. */
  begin(requestId: string): void {
    this.flush();
    this.#requestId = requestId;
    this.#capture = new LogCapture();
  }

  platform(text: string): void {
    if (text === '') return;
    this.flush();
    this.#capture?.append(text);
    this.#stream.platform(text, this.#requestId);
  }

  /** Text of the invocation's log; what comes later belongs to none. */
  end(): string {
    this.flush();
    this.#stream.reportDropped(this.#requestId);
    const text = this.#capture?.text() ?? '';
    this.#capture = undefined;
    this.#requestId = undefined;
    return text;
  }

  /** Lines that stand without their newline. */
  flush(): void {
    this.#stdout.flush();
    this.#stderr.flush();
  }

  #takeVisible(records: Buffer, hidden: (line: string) => boolean): void {
    eachRecord(records, (start, end) => {
      const record = records.subarray(start, end);
      if (record.length > 200 || !hidden(record.toString('utf8').trimEnd())) this.#take(record);
    });
  }

  #take(records: Buffer): void {
    const { isWanted } = this.#options;
    if (!isWanted) {
      this.#add(records);
      return;
    }
    eachRecord(records, (start, end) => {
      const record = records.subarray(start, end);
      if (isWanted(record)) this.#add(record);
    });
  }

  #add(records: Buffer): void {
    this.#stream.records(records, this.#requestId);
    this.#capture?.append(restoreNewlines(records));
  }
}
