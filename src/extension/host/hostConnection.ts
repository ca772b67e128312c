import type { HostEvent } from '../../protocol/control.ts';
import type { HostInfo } from '../../protocol/hostInfo.ts';
import { messageOf } from '../errors.ts';
import { Listeners } from '../listeners.ts';
import type { HostAccess, HostSession } from './hostSession.ts';

export type HostState =
  | { readonly kind: 'stopped'; readonly reason?: string }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly session: HostSession }
  | { readonly kind: 'stopping'; readonly session: HostSession }
  | { readonly kind: 'failed'; readonly message: string };

/** A host answers in milliseconds; a machine that is swapping gets this. */
const PATIENCE_MS = 10_000;
const STARTS = 3;

class LateError extends Error {
  constructor(endpoint: string) {
    super(`The Lamplight host at ${endpoint} runs, but does not let this window follow it.`);
  }
}

/**
 * The way to one folder's host: stopped → starting → ready → stopping → stopped, or failed. Nothing starts before
 * {@link ensure} is first called. From then on the connection stays with the folder's host, whoever starts it: one that
 * went away is started again when it is next needed, and one that a terminal starts meanwhile is taken up.
 */
export class HostConnection {
  readonly #access: HostAccess;
  readonly #patienceMs: number;
  readonly #closed = new AbortController();
  #state: HostState = { kind: 'stopped' };
  /** The start that is under way; everybody who needs the host waits for the same one. */
  #starting: Promise<HostSession> | undefined;
  #cancelStart: AbortController | undefined;
  #following = false;
  #stopReason: string | undefined;
  readonly onState = new Listeners<HostState>();
  readonly onEvent = new Listeners<HostEvent>();

  /** @param patienceMs how long a host that was found may take to open its stream; tests wait less */
  constructor(access: HostAccess, patienceMs = PATIENCE_MS) {
    this.#access = access;
    this.#patienceMs = patienceMs;
  }

  get state(): HostState {
    return this.#state;
  }

  /** The session where the host is ready, else nothing: never starts one. */
  get session(): HostSession | undefined {
    return this.#state.kind === 'ready' ? this.#state.session : undefined;
  }

  /** The running host's session; finds or starts the host where none is connected. Rejects with why it can't be had. */
  ensure(): Promise<HostSession> {
    if (this.#closed.signal.aborted) return Promise.reject(new Error('The workspace folder was closed.'));
    if (this.#state.kind === 'ready') return Promise.resolve(this.#state.session);
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async #start(): Promise<HostSession> {
    if (this.#state.kind === 'stopping') await this.#reached(state => state.kind !== 'stopping');
    if (this.session !== undefined) return this.session;
    const cancel = new AbortController();
    this.#cancelStart = cancel;
    const signal = AbortSignal.any([this.#closed.signal, cancel.signal]);
    this.#set({ kind: 'starting' });
    try {
      await this.#startAndFollow(signal);
    } catch (error) {
      // A host that somebody else started may have been taken up meanwhile; it serves as well.
      const other = this.#readySession();
      if (other !== undefined) return other;
      this.#set(signal.aborted ? { kind: 'stopped' } : { kind: 'failed', message: messageOf(error) });
      throw error;
    } finally {
      this.#cancelStart = undefined;
    }
    const session = this.#readySession();
    if (session === undefined) throw new Error('The host stopped as soon as it had started.');
    return session;
  }

  /** Resolves when the host's stream is open. A host that was found may be ended by somebody else just then: once more. */
  async #startAndFollow(signal: AbortSignal): Promise<void> {
    for (let left = STARTS; ; left--) {
      const { endpoint } = await this.#access.start(signal);
      this.#follow();
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(new LateError(endpoint)), this.#patienceMs);
      try {
        await this.#reached(state => state.kind === 'ready', AbortSignal.any([signal, late.signal]));
        return;
      } catch (error) {
        if (!(error instanceof LateError) || left === 1) throw error;
      } finally {
        clearTimeout(timer);
      }
    }
  }

  // A method, since the compiler takes what a getter said before an await for true after it.
  #readySession(): HostSession | undefined {
    return this.session;
  }

  #follow(): void {
    if (this.#following) return;
    this.#following = true;
    void this.#access
      .follow({
        signal: this.#closed.signal,
        onHost: info => this.#seen(info),
        onEvent: event => {
          if (event.type === 'stopping') this.#stopReason = event.reason;
          this.onEvent.fire(event);
        },
      })
      .catch((error: unknown) => {
        this.#seen(undefined);
        this.#set({ kind: 'failed', message: messageOf(error) });
      })
      .finally(() => (this.#following = false));
  }

  #seen(info: HostInfo | undefined): void {
    if (this.#state.kind === 'ready' || this.#state.kind === 'stopping') this.#state.session.close();
    if (info !== undefined) {
      this.#stopReason = undefined;
      this.#set({ kind: 'ready', session: this.#access.open(info) });
      return;
    }
    const reason = this.#stopReason;
    this.#stopReason = undefined;
    // While a start is under way its outcome tells what comes next.
    if (this.#state.kind === 'starting') return;
    this.#set(reason === undefined ? { kind: 'stopped' } : { kind: 'stopped', reason });
  }

  /** Stops the host for every window, or gives up a start; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#cancelStart?.abort(new Error('The start of the host was cancelled.'));
    if (this.#state.kind !== 'ready') return;
    const { session } = this.#state;
    this.#set({ kind: 'stopping', session });
    try {
      await session.stop();
    } catch (error) {
      // It may be gone before its answer has arrived: that is what was asked for.
      if (!this.#is('stopping')) return;
      this.#set({ kind: 'ready', session });
      throw error;
    }
    await this.#reached(state => state.kind !== 'stopping');
  }

  #is(kind: HostState['kind']): boolean {
    return this.#state.kind === kind;
  }

  /** Resolves as soon as the state fits. Rejects when the signal is aborted or the connection closed before. */
  #reached(fits: (state: HostState) => boolean, signal = this.#closed.signal): Promise<void> {
    if (fits(this.#state)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        listener.dispose();
        signal.removeEventListener('abort', aborted);
        settle();
      };
      const aborted = (): void => done(() => reject(messageError(signal.reason)));
      const listener = this.onState.add(state => {
        if (fits(state) || state.kind === 'failed')
          done(() => (state.kind === 'failed' ? reject(new Error(state.message)) : resolve()));
      });
      signal.addEventListener('abort', aborted);
    });
  }

  /** Lets go of the host; a detached one ends by itself when nobody holds its event stream. */
  dispose(): void {
    this.#closed.abort(new Error('The workspace folder was closed.'));
    if (this.#state.kind === 'ready' || this.#state.kind === 'stopping') this.#state.session.close();
    this.#set({ kind: 'stopped' });
    this.onState.dispose();
    this.onEvent.dispose();
  }

  #set(state: HostState): void {
    this.#state = state;
    this.onState.fire(state);
  }
}

const messageError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(messageOf(reason));
