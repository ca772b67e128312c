import * as vscode from 'vscode';
import { isAbort, messageOf } from '../errors.ts';
import { t } from '../localize.ts';
import { DapWriter, isRequest } from './dap.ts';
import type { DapRequest, OutputCategory, OutputLink } from './dap.ts';
import type { DebugRun } from './debugRun.ts';

/** A run and what it tells the session about itself. */
export type StartRun = (
  write: (category: OutputCategory, text: string, link?: OutputLink) => void,
  ended: () => void,
) => DebugRun;

/**
 * The root session's adapter, in this process: it owns the run and debugs nothing itself. Its children, one js-debug
 * session for each environment, have the breakpoints and the threads that stop.
 */
export class RootAdapter extends vscode.Disposable implements vscode.DebugAdapter {
  readonly #sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly #dap = new DapWriter(message => this.#sent.fire(message));
  readonly #run: DebugRun;
  readonly #title: string;
  /** Breakpoints are set: `configurationDone` came. The run begins after this and {@link DebugRun.open}. */
  readonly #configured: Promise<void>;
  #configurationDone: () => void = () => undefined;
  #over = false;
  readonly onDidSendMessage = this.#sent.event;

  constructor(title: string, start: StartRun) {
    super(() => {
      void this.#run.stop();
      this.#sent.dispose();
    });
    this.#title = title;
    this.#configured = new Promise(resolve => (this.#configurationDone = resolve));
    this.#run = start(
      (category, text, link) => this.#dap.output(category, text, link),
      () => this.#terminated(),
    );
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    if (isRequest(message)) void this.#handle(message);
  }

  async #handle(request: DapRequest): Promise<void> {
    const dap = this.#dap;
    switch (request.command) {
      case 'initialize':
        dap.respond(request, { supportsConfigurationDoneRequest: true, supportsTerminateRequest: true });
        dap.event('initialized');
        return;
      case 'launch':
      case 'attach':
        await this.#launch(request);
        return;
      case 'setBreakpoints':
        // The children bind them; here they are neither right nor wrong.
        dap.respond(request, { breakpoints: requested(request).map(() => ({ verified: false })) });
        return;
      case 'setFunctionBreakpoints':
      case 'setExceptionBreakpoints':
        dap.respond(request, { breakpoints: [] });
        return;
      case 'configurationDone':
        dap.respond(request);
        this.#configurationDone();
        return;
      case 'threads':
        dap.respond(request, { threads: [{ id: 1, name: this.#title }] });
        return;
      case 'terminate':
        dap.respond(request);
        await this.#run.stop();
        this.#terminated();
        return;
      case 'disconnect':
        await this.#run.stop();
        dap.respond(request);
        return;
      default:
        dap.fail(request, t('{0} is up to the environment’s own session.', request.command), true);
    }
  }

  async #launch(request: DapRequest): Promise<void> {
    try {
      await this.#run.open();
    } catch (error) {
      this.#dap.fail(request, messageOf(error), isAbort(error));
      this.#terminated();
      return;
    }
    this.#dap.respond(request);
    await this.#configured;
    await this.#run.run();
  }

  #terminated(): void {
    if (this.#over) return;
    this.#over = true;
    this.#dap.event('terminated');
  }
}

function requested(request: DapRequest): readonly unknown[] {
  const { arguments: args } = request;
  if (typeof args !== 'object' || args === null || !('breakpoints' in args)) return [];
  return Array.isArray(args.breakpoints) ? args.breakpoints : [];
}
