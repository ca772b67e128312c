import * as vscode from 'vscode';
import type { LogRecord } from '../protocol/model.ts';

/** The extension's channels: one log of its own, one with what functions write. */
export class Log {
  readonly channel: vscode.LogOutputChannel;
  /** Made at the first line, so that it isn't in the list before it says something. */
  #functions: vscode.OutputChannel | undefined;

  constructor() {
    this.channel = vscode.window.createOutputChannel('Lamplight', { log: true });
  }

  functions(): vscode.OutputChannel {
    this.#functions ??= vscode.window.createOutputChannel('Lamplight Functions', 'log');
    return this.#functions;
  }

  record(record: LogRecord): void {
    const text = record.text.endsWith('\n') ? record.text.slice(0, -1) : record.text;
    this.functions().append(
      text
        .split('\n')
        .map(line => `[${record.functionName}] ${line}\n`)
        .join(''),
    );
  }

  dispose(): void {
    this.channel.dispose();
    this.#functions?.dispose();
  }
}
