/** All output of one environment on its way: to the invocation that it belongs to, and to whoever follows the live log. */
import type { Telemetry } from '../telemetry/telemetry.ts';
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
  /** Gets all records, whatever their level. */
  readonly telemetry: Pick<Telemetry, 'output'>;
}

export interface ExtensionOutput {
  write(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
  end(): void;
}

export class EnvironmentLog {
  readonly #options: EnvironmentLogOptions;
  readonly #stream: LogStream;
  readonly #stdout: LogPipe;
  readonly #stderr: LogPipe;
  readonly #extensions = new Set<LogPipe>();
  #capture: LogCapture | undefined;
  #requestId: string | undefined;

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

  /** Takes what an extension's process writes, until {@link ExtensionOutput.end}. */
  extension(): ExtensionOutput {
    const pipes = {
      stdout: new LogPipe(records => this.#takeExtension(records)),
      stderr: new LogPipe(records => this.#takeExtension(records)),
    };
    const both = Object.values(pipes);
    for (const pipe of both) this.#extensions.add(pipe);
    return {
      write: (chunk, stream) => pipes[stream].push(chunk),
      end: () => {
        for (const pipe of both) {
          pipe.flush();
          this.#extensions.delete(pipe);
        }
      },
    };
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
    for (const pipe of this.#extensions) pipe.flush();
  }

  #takeVisible(records: Buffer, hidden: (line: string) => boolean): void {
    eachRecord(records, (start, end) => {
      const record = records.subarray(start, end);
      if (record.length > 200 || !hidden(record.toString('utf8').trimEnd())) this.#take(record);
    });
  }

  #take(records: Buffer): void {
    const { isWanted, telemetry } = this.#options;
    telemetry.output('function', records);
    if (!isWanted) {
      this.#add(records);
      return;
    }
    eachRecord(records, (start, end) => {
      const record = records.subarray(start, end);
      if (isWanted(record)) this.#add(record);
    });
  }

  #takeExtension(records: Buffer): void {
    this.#options.telemetry.output('extension', records);
    this.#add(records, 'extension');
  }

  #add(records: Buffer, kind: 'function' | 'extension' = 'function'): void {
    this.#stream.records(records, this.#requestId, kind);
    this.#capture?.append(restoreNewlines(records));
  }
}
