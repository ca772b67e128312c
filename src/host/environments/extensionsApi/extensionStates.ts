/**
 * The Extensions API's state machine (spec/execution-environment.md §2): who registered, for which events, and where each
 * stands. It takes messages and knows neither HTTP nor processes. One for each environment; a reset begins anew.
 */
import { randomUUID } from 'node:crypto';
import type { ProtocolError } from '../runtimeApi/protocolErrors.ts';
import {
  invalidEvent,
  invalidExtensionState,
  MOST_EXTENSIONS,
  nameTaken,
  registrationClosed,
  tooManyExtensions,
  unknownExtension,
  unknownIdentifier,
} from './extensionErrors.ts';
import type { ExtensionEventType } from './extensionEvents.ts';

export type ExtensionState =
  | 'Started'
  | 'Registered'
  | 'Ready'
  | 'Running'
  | 'InitError'
  | 'ExitError'
  | 'ShutdownFailed'
  | 'Exited'
  | 'LaunchError';

/** One extension as others see it: by its identifier (the header `Lambda-Extension-Identifier`) it says who it is. */
export interface Extension {
  readonly id: string;
  readonly name: string;
  /** A process of its own, or a part of the runtime's. */
  readonly kind: 'external' | 'internal';
  readonly state: ExtensionState;
  readonly events: readonly ExtensionEventType[];
  /** What it said of its error, or why it could not be launched. */
  readonly errorType?: string;
}

/** Receives the JSON text that {@link ExtensionStates.next} waits for. */
export type ExtensionWaiter = (event: string) => void;

/** The first error that an extension told: what the environment ends with is named by it, whoever ends. */
export type ExtensionFatal = 'Extension.InitError' | 'Extension.ExitError';

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly kind: Extension['kind'];
  state: ExtensionState;
  events: readonly ExtensionEventType[];
  errorType?: string;
  waiter?: ExtensionWaiter | undefined;
  /** An event that came while it was not waiting. */
  pending?: string | undefined;
}

interface Wish {
  readonly isMet: () => boolean;
  readonly resolve: (met: boolean) => void;
}

export class ExtensionStates {
  readonly #entries = new Map<string, Entry>();
  #registrationOpen = true;
  #initDone = false;
  #fatal: ExtensionFatal | undefined;
  #wishes: Wish[] = [];

  /** All of them, external ones first, each kind in the order in which they came. */
  get list(): readonly Extension[] {
    const all = [...this.#entries.values()];
    return [
      ...all.filter(({ kind }) => kind === 'external'),
      ...all.filter(({ kind }) => kind === 'internal'),
    ];
  }

  get size(): number {
    return this.#entries.size;
  }

  get fatal(): ExtensionFatal | undefined {
    return this.#fatal;
  }

  /** True from the end of the init phase on: the time for subscriptions (Telemetry API, Logs API) is over. */
  get initDone(): boolean {
    return this.#initDone;
  }

  /** The one with this identifier, once it has registered. */
  find(id: string): Extension | undefined {
    const entry = this.#entries.get(id);
    return entry?.state === 'Started' || entry?.state === 'LaunchError' ? undefined : entry;
  }

  /** An external one is being started; it will register under its file's name. */
  launch(name: string): void {
    this.#add(name, 'external');
  }

  launchFailed(name: string, errorType: string): void {
    const entry = this.#named(name);
    if (entry) Object.assign(entry, { state: 'LaunchError', errorType } satisfies Partial<Entry>);
  }

  /** Whoever has no launched external one's name is an internal one. */
  register(name: string, events: readonly string[]): Extension | ProtocolError {
    const known = this.#named(name);
    const external = known?.kind === 'external' ? known : undefined;
    const wrong = events.find(event => event !== 'INVOKE' && (event !== 'SHUTDOWN' || !external));
    if (wrong !== undefined) return invalidEvent(wrong, !external);
    const entry = external ?? this.#newInternal(name, known);
    if ('status' in entry) return entry;
    if (entry.state !== 'Started') return invalidExtensionState(entry.state, 'Registered', name);
    entry.events = (['INVOKE', 'SHUTDOWN'] as const).filter(event => events.includes(event));
    entry.state = 'Registered';
    this.#look();
    return entry;
  }

  /** `/event/next`: its init is over, or the event that it had. */
  next(id: string, waiter: ExtensionWaiter): ProtocolError | undefined {
    const entry = this.#entries.get(id);
    if (!entry) return unknownExtension(id);
    if (entry.state !== 'Registered' && entry.state !== 'Running')
      return invalidExtensionState(entry.state, 'Ready', id);
    entry.state = 'Ready';
    entry.waiter = waiter;
    this.#look();
    const { pending } = entry;
    if (pending !== undefined) this.#give(entry, pending);
    return undefined;
  }

  /** The waiter's connection is gone. */
  abandon(id: string, waiter: ExtensionWaiter): void {
    const entry = this.#entries.get(id);
    if (entry?.waiter === waiter) entry.waiter = undefined;
  }

  /** The first one counts; a second one is taken and changes nothing. */
  initError(id: string, errorType: string): ProtocolError | undefined {
    return this.#fail(id, errorType, 'InitError', ['Registered']);
  }

  exitError(id: string, errorType: string): ProtocolError | undefined {
    return this.#fail(id, errorType, 'ExitError', ['Registered', 'Ready', 'Running']);
  }

  /** The runtime asked for its first event: nobody can register any more. */
  closeRegistration(): void {
    this.#registrationOpen = false;
  }

  endInit(): void {
    this.#initDone = true;
  }

  /** Hands the event to all internal and external ones that asked for this kind of event. */
  invoke(event: string): void {
    for (const entry of this.#entries.values()) if (entry.events.includes('INVOKE')) this.#give(entry, event);
  }

  /** Hands the event to the external ones that asked for SHUTDOWN; those that are busy get it when they ask. */
  shutdown(event: string): void {
    for (const entry of this.#entries.values()) {
      if (!entry.events.includes('SHUTDOWN')) continue;
      if (entry.waiter) this.#give(entry, event);
      else entry.pending = event;
    }
  }

  /** An external one's process has ended in the shutdown phase: by itself, as it should, or not. */
  exited(name: string, byItself: boolean): void {
    const entry = this.#named(name);
    if (entry?.state === 'Running') entry.state = byItself ? 'Exited' : 'ShutdownFailed';
  }

  /** All external ones have registered. Each of these three resolves with false where a reset comes first. */
  whenRegistered(): Promise<boolean> {
    return this.#when(() => [...this.#entries.values()].every(({ state }) => state !== 'Started'));
  }

  /** All have asked for their first event. */
  whenReady(): Promise<boolean> {
    return this.#when(() => [...this.#entries.values()].every(({ state }) => state === 'Ready'));
  }

  /** All that got the invocation have asked for the next event. */
  whenIdle(): Promise<boolean> {
    return this.#when(() => this.idle);
  }

  get idle(): boolean {
    return [...this.#entries.values()].every(
      ({ state, events }) => state === 'Ready' || !events.includes('INVOKE'),
    );
  }

  /** New processes: nobody is known any more. */
  reset(): void {
    this.#entries.clear();
    this.#registrationOpen = true;
    this.#initDone = false;
    this.#fatal = undefined;
    const wishes = this.#wishes;
    this.#wishes = [];
    for (const { resolve } of wishes) resolve(false);
  }

  #named(name: string): Entry | undefined {
    return [...this.#entries.values()].find(entry => entry.name === name);
  }

  #add(name: string, kind: Extension['kind']): Entry {
    const entry: Entry = { id: randomUUID(), name, kind, state: 'Started', events: [] };
    this.#entries.set(entry.id, entry);
    return entry;
  }

  #newInternal(name: string, known: Entry | undefined): Entry | ProtocolError {
    if (!this.#registrationOpen) return registrationClosed;
    if (this.#entries.size >= MOST_EXTENSIONS) return tooManyExtensions;
    return known ? nameTaken : this.#add(name, 'internal');
  }

  #give(entry: Entry, event: string): void {
    const { waiter } = entry;
    entry.waiter = undefined;
    entry.pending = undefined;
    entry.state = 'Running';
    waiter?.(event);
  }

  #fail(
    id: string,
    errorType: string,
    state: 'InitError' | 'ExitError',
    from: readonly ExtensionState[],
  ): ProtocolError | undefined {
    const entry = this.#entries.get(id);
    if (!entry) return unknownIdentifier;
    if (entry.state === state) return undefined;
    // AWS's own text names the state Exited here.
    const target = state === 'ExitError' ? 'Exited' : state;
    if (!from.includes(entry.state)) return invalidExtensionState(entry.state, target, id);
    Object.assign(entry, { state, errorType } satisfies Partial<Entry>);
    this.#fatal ??= `Extension.${state}`;
    return undefined;
  }

  #when(isMet: () => boolean): Promise<boolean> {
    if (isMet()) return Promise.resolve(true);
    return new Promise(resolve => this.#wishes.push({ isMet, resolve }));
  }

  #look(): void {
    const wishes = this.#wishes;
    this.#wishes = wishes.filter(wish => !wish.isMet());
    for (const wish of wishes) if (!this.#wishes.includes(wish)) wish.resolve(true);
  }
}
