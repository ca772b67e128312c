/**
 * The telemetry of one environment: who subscribed, and what they get (spec/execution-environment.md §3). While its init
 * lasts all is kept for those who may still subscribe; after that nothing is built or kept for nobody.
 */
import type { Clock } from '../../clock.ts';
import type { ProtocolError } from '../runtimeApi/protocolErrors.ts';
import { eachRecord, restoreNewlines } from '../life/records.ts';
import { openDestination, type Destination } from './destination.ts';
import { dialectOf, type Dialect } from './dialect.ts';
import { isoTime } from './isoTime.ts';
import type { PlatformEvent, TelemetryType } from './platformEvents.ts';
import { Subscriber } from './subscriber.ts';
import {
  readSubscription,
  type SubscribedDestination,
  type Subscription,
  type TelemetryApiName,
} from './subscription.ts';
import { anotherApi, closedSubscription, invalidSubscription } from './telemetryErrors.ts';

/** Of an init, for those who subscribe later in it: bytes, less than the smallest two batches have. */
const MOST_REPLAYED = 400 * 1024;
/** Bytes that an event has besides what was printed. */
const ENVELOPE = 64;

export interface TelemetryOptions {
  readonly clock: Pick<Clock, 'afterWall' | 'serviceNow'>;
  /** The function's log format is JSON. */
  readonly isJson: boolean;
  /** Somebody subscribed: the platform tells so. */
  subscribed(api: TelemetryApiName, name: string, types: readonly TelemetryType[]): void;
  /** Records were dropped for one of them. */
  dropped(reason: string, records: number, bytes: number): void;
  /** Where listeners of the environment are reached; loopback where absent. */
  readonly host?: () => string;
  readonly open?: (to: SubscribedDestination, host: string) => Destination;
}

type Kept = (subscriber: Subscriber) => void;

export class Telemetry {
  readonly #options: TelemetryOptions;
  #subscribers = new Map<string, Subscriber>();
  /** What an init had so far; absent outside of one. */
  #kept: Kept[] | undefined = [];
  #keptBytes = 0;
  #lost = { records: 0, bytes: 0 };

  constructor(options: TelemetryOptions) {
    this.#options = options;
  }

  /** Somebody wants events, or may come to want them. */
  get active(): boolean {
    return this.#kept !== undefined || this.#subscribers.size > 0;
  }

  /** `time` in epoch milliseconds. */
  platform(time: number, event: PlatformEvent): void {
    if (this.#kept) this.#keep(subscriber => tellPlatform(subscriber, time, event), 0);
    for (const subscriber of this.#subscribers.values()) tellPlatform(subscriber, time, event);
  }

  /** Records that function or extensions wrote, with their newlines (life/records.ts); they are not changed. */
  output(type: 'function' | 'extension', records: Buffer): void {
    if (!this.active) return;
    const wanting = [...this.#subscribers.values()].filter(each => each.subscription.types.includes(type));
    if (this.#kept === undefined && wanting.length === 0) return;
    const time = isoTime(this.#options.clock.serviceNow());
    eachRecord(records, (start, end) => {
      const able = wanting.filter(subscriber => !subscriber.isFull());
      for (const subscriber of wanting) if (subscriber.isFull()) subscriber.drop(end - start + ENVELOPE);
      if (able.length === 0 && this.#kept === undefined) return;
      const record = restoreNewlines(Buffer.from(records.subarray(start, end))).toString('utf8');
      for (const subscriber of able) subscriber.add(subscriber.dialect.output(time, type, record));
      this.#keep(subscriber => {
        if (subscriber.subscription.types.includes(type))
          subscriber.add(subscriber.dialect.output(time, type, record));
      }, end - start);
    });
  }

  /** `PUT /2022-07-01/telemetry` and its older sister of an extension that has registered. Undefined: it is subscribed. */
  subscribe(api: TelemetryApiName, name: string, body: Buffer): ProtocolError | undefined {
    const subscription = readSubscription(api, body);
    if (typeof subscription === 'string') return invalidSubscription(api, subscription);
    if (this.#kept === undefined) return closedSubscription(api);
    const before = this.#subscribers.get(name);
    if (before && before.subscription.api !== api) return anotherApi(api);
    before?.close();
    const subscriber = this.#open(name, subscription);
    for (const tell of this.#kept) tell(subscriber);
    this.#subscribers.set(name, subscriber);
    this.#options.subscribed(api, name, subscription.types);
    if (this.#lost.records > 0)
      this.#options.dropped('The init phase printed more than is kept', this.#lost.records, this.#lost.bytes);
    return undefined;
  }

  /** The init is over: nobody can subscribe any more. */
  endInit(): void {
    this.#kept = undefined;
    this.#lost = { records: 0, bytes: 0 };
  }

  /** Resolves when all have what there is, or false where that takes longer than `ms` of wall time. */
  async flush(ms: number): Promise<boolean> {
    const all = await Promise.all([...this.#subscribers.values()].map(subscriber => subscriber.flush(ms)));
    return all.every(taken => taken);
  }

  /** Runtime and extensions have ended: who subscribed is gone, and the next init begins. */
  reset(): void {
    for (const subscriber of this.#subscribers.values()) subscriber.close();
    this.#subscribers = new Map();
    this.#kept = [];
    this.#keptBytes = 0;
    this.#lost = { records: 0, bytes: 0 };
  }

  #open(name: string, subscription: Subscription): Subscriber {
    const { clock, isJson, open = openDestination, host } = this.#options;
    const dialect: Dialect = dialectOf(subscription, isJson);
    return new Subscriber({
      name,
      clock,
      subscription,
      dialect,
      destination: open(subscription.destination, host?.() ?? '127.0.0.1'),
      dropped: (reason, records, bytes) => this.#options.dropped(reason, records, bytes),
    });
  }

  #keep(tell: Kept, printed: number): void {
    if (this.#kept === undefined) return;
    const bytes = printed + ENVELOPE;
    if (printed > 0 && this.#keptBytes + bytes > MOST_REPLAYED) {
      this.#lost = { records: this.#lost.records + 1, bytes: this.#lost.bytes + bytes };
      return;
    }
    this.#keptBytes += bytes;
    this.#kept.push(tell);
  }
}

function tellPlatform(subscriber: Subscriber, time: number, event: PlatformEvent): void {
  if (!subscriber.subscription.types.includes('platform')) return;
  const text = subscriber.dialect.platform(time, event);
  if (text !== undefined) subscriber.add(text);
}
