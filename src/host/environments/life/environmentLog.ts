/** All output of one environment on its way: to the invocation that it belongs to, and to whoever follows the live log. */
import { LogCapture } from './logCapture.ts';
import { LogPipe } from './logPipe.ts';
import type { LogStream } from './logStream.ts';

export class EnvironmentLog {
  readonly #stream: LogStream;
  readonly #stdout: LogPipe;
  readonly #stderr: LogPipe;
  readonly #hidden: (line: string) => boolean;
  #capture: LogCapture | undefined;
  #requestId: string | undefined;

  /** Lines on stderr for which `hidden` says so are the debugger's, not the function's. */
  constructor(stream: LogStream, hidden: (line: string) => boolean) {
    this.#stream = stream;
    this.#hidden = hidden;
    this.#stdout = new LogPipe(line => this.#line(line));
    this.#stderr = new LogPipe(line => {
      if (line.length > 200 || !this.#hidden(line.toString('utf8').trimEnd())) this.#line(line);
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

  #line(line: Buffer): void {
    this.#capture?.append(line);
    this.#stream.line(line, this.#requestId);
  }
}
