/** All output of one environment on its way: to the invocation that it belongs to, and to whoever follows the live log. */
import { LogCapture } from './logCapture.ts';
import { LogPipe } from './logPipe.ts';
import type { LogStream } from './logStream.ts';
import { eachRecord, restoreNewlines } from './records.ts';

export class EnvironmentLog {
  readonly #stream: LogStream;
  readonly #stdout: LogPipe;
  readonly #stderr: LogPipe;
  #capture: LogCapture | undefined;
  #requestId: string | undefined;

  /** Lines on stderr for which `hidden` says so are the debugger's, not the function's. */
  constructor(stream: LogStream, hidden: ((line: string) => boolean) | undefined) {
    this.#stream = stream;
    this.#stdout = new LogPipe(records => this.#add(records));
    this.#stderr = new LogPipe(records => {
      if (hidden) this.#addVisible(records, hidden);
      else this.#add(records);
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

  #addVisible(records: Buffer, hidden: (line: string) => boolean): void {
    eachRecord(records, (start, end) => {
      const record = records.subarray(start, end);
      if (record.length > 200 || !hidden(record.toString('utf8').trimEnd())) this.#add(record);
    });
  }

  #add(records: Buffer): void {
    this.#stream.records(records, this.#requestId);
    this.#capture?.append(restoreNewlines(records));
  }
}
