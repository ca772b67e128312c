/**
 * One subscriber: its events in batches, cut by number, size and time (spec/execution-environment.md §3.2). It has one batch
 * on its way and one that fills up, no more: what comes while both are full is dropped, and counted.
 */
import { withinWall, type Clock, type Timer } from '../../clock.ts';
import type { Destination } from './destination.ts';
import type { Dialect } from './dialect.ts';
import type { Subscription } from './subscription.ts';

/** Milliseconds of wall time before a batch that was not taken is sent again; after the last it is given up. */
const RETRIES = [50, 200, 800, 1_600] as const;
/** How AWS says it. */
const TOO_SLOW =
  'Some logs were dropped because the downstream consumer is slower than the logs production rate';

export interface SubscriberOptions {
  readonly name: string;
  readonly clock: Pick<Clock, 'afterWall'>;
  readonly subscription: Subscription;
  readonly destination: Destination;
  readonly dialect: Dialect;
  /** Records were dropped since the last time; the subscriber takes batches again. */
  dropped(reason: string, records: number, bytes: number): void;
}

export class Subscriber {
  readonly #options: SubscriberOptions;
  #filling: string[] = [];
  #bytes = 0;
  #timer: Timer | undefined;
  /** The batch on its way. */
  #sending: Promise<void> | undefined;
  /** What fills up is to follow as soon as it can: it is full, its time is over, or somebody waits for it. */
  #due = false;
  #lost = { records: 0, bytes: 0, reason: TOO_SLOW };
  #closed = false;

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  get subscription(): Subscription {
    return this.#options.subscription;
  }

  get dialect(): Dialect {
    return this.#options.dialect;
  }

  /** It takes nothing at present: see {@link drop}. */
  isFull(): boolean {
    const { maxItems, maxBytes } = this.#options.subscription;
    return this.#filling.length >= maxItems || this.#bytes >= maxBytes;
  }

  /** One event's JSON text. */
  add(event: string): void {
    const bytes = Buffer.byteLength(event);
    if (this.isFull()) {
      this.drop(bytes);
      return;
    }
    this.#filling.push(event);
    this.#bytes += bytes;
    if (this.isFull()) this.#cut();
    else this.#timer ??= this.#options.clock.afterWall(this.subscription.timeoutMs, () => this.#cut());
  }

  /** Counts a record that came while it was {@link isFull}. */
  drop(bytes: number): void {
    this.#lost.records += 1;
    this.#lost.bytes += bytes;
  }

  /** Sends what there is; resolves when all of it was taken or given up, or false where that takes longer than `ms` of wall time. */
  async flush(ms: number): Promise<boolean> {
    const all = async (): Promise<true> => {
      while (!this.#closed && (this.#filling.length > 0 || this.#sending)) {
        this.#cut();
        await this.#sending;
      }
      return true;
    };
    return (await withinWall(this.#options.clock, ms, all())) ?? false;
  }

  /** What it has is given up. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#filling = [];
    this.#options.destination.close();
  }

  #cut(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#filling.length === 0) return;
    this.#due = true;
    if (!this.#sending) this.#next();
  }

  #next(): void {
    const batch = this.#filling;
    this.#filling = [];
    this.#bytes = 0;
    this.#due = false;
    this.#sending = this.#send(batch).then(taken => {
      this.#sending = undefined;
      if (this.#closed) return;
      if (this.#due) this.#next();
      // Only whoever takes batches is told what is missing: one that does not would be told for ever.
      if (taken) this.#tellLost();
    });
  }

  /** False where it was given up. Never rejects. */
  async #send(batch: readonly string[]): Promise<boolean> {
    for (let attempt = 0; !this.#closed; attempt++) {
      try {
        await this.#options.destination.send(batch);
        return true;
      } catch (error) {
        const pause = RETRIES[attempt];
        if (pause === undefined) {
          for (const event of batch) this.drop(Buffer.byteLength(event));
          const why = error instanceof Error ? error.message : String(error);
          this.#lost.reason = `could not send events: ${why}`;
          return false;
        }
        await new Promise<void>(resolve => this.#options.clock.afterWall(pause, resolve));
      }
    }
    return false;
  }

  #tellLost(): void {
    const { records, bytes, reason } = this.#lost;
    if (records === 0) return;
    this.#lost = { records: 0, bytes: 0, reason: TOO_SLOW };
    this.#options.dropped(reason, records, bytes);
  }
}
