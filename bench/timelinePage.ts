/** Runs in the Timeline's page: a host that is made up, and a clock on every frame. The bench has no types of the DOM. */
import type { FromPage, ToPage } from '../src/timeline/messages.ts';
import type { HostEvent } from '../src/protocol/control.ts';

/** What is used of the page's globals, and what is added to them. */
export interface PageGlobals {
  /** Milliseconds of script for each frame: messages that were taken since the one before, and its drawing. */
  frames_: number[];
  acquireVsCodeApi: () => { postMessage(message: FromPage): void };
  requestAnimationFrame: (draw: (time: number) => void) => number;
  addEventListener: (type: string, listener: (event: unknown) => void, ...more: unknown[]) => void;
  postMessage: (message: ToPage) => void;
}

export interface SimulatedHost {
  readonly environments: number;
  readonly functions: number;
  /** Invocations a second. */
  readonly rate: number;
}

/** Self-contained: only its text goes to the page. */
export function simulateHost({ environments, functions, rate }: SimulatedHost): void {
  const page = globalThis as unknown as PageGlobals;
  page.frames_ = [];
  let taken = 0;
  const draw = page.requestAnimationFrame.bind(globalThis);
  page.requestAnimationFrame = callback =>
    draw(time => {
      const begun = performance.now();
      callback(time);
      page.frames_.push(performance.now() - begun + taken);
      taken = 0;
    });
  const listen = page.addEventListener.bind(globalThis);
  page.addEventListener = (type, listener, ...more) =>
    listen(
      type,
      event => {
        const begun = performance.now();
        listener(event);
        if (type === 'message') taken += performance.now() - begun;
      },
      ...more,
    );

  const started = Date.now();
  const nameOf = (nth: number): string => `function-${nth % functions}`;
  const environment = (nth: number, state: 'idle' | 'busy', count: number): HostEvent => ({
    type: 'environment',
    environment: {
      ...{ id: `env-${String(nth).padStart(8, '0')}`, functionName: nameOf(nth), version: '$LATEST' },
      ...{ engine: 'process', state, initType: 'on-demand', initMs: 120 + (nth % 80) },
      ...{ invocations: count, startedAt: started - 5_000 + nth * 4 },
      startReason: { kind: 'busy', busy: nth },
    },
  });
  const invocation = (
    requestId: string,
    nth: number,
    startedAt: number,
    status: 'running' | 'success' | 'error',
    ms: number,
  ): HostEvent => ({
    type: 'invocation',
    invocation: {
      ...{ requestId, functionName: nameOf(nth), version: '$LATEST', type: 'RequestResponse', source: 'api' },
      ...{ status, startedAt, attempt: 1, cold: false },
      environmentId: `env-${String(nth).padStart(8, '0')}`,
      ...(status === 'running'
        ? {}
        : { report: { durationMs: ms, billedMs: ms, memorySizeMb: 128, maxMemoryUsedMb: 70 } }),
    },
  });

  let count = 0;
  let sent = 0;
  const ends: { readonly at: number; readonly nth: number; readonly id: string; readonly from: number }[] =
    [];
  const busy = new Set<number>();
  const send = (events: readonly HostEvent[], type: 'begin' | 'events'): void =>
    page.postMessage({ type, events: events.map(event => ({ wall: Date.now(), event })) });
  const tick = (): void => {
    const now = Date.now();
    const events: HostEvent[] = [];
    while (ends[0] !== undefined && ends[0].at <= now) {
      const { nth, id, from } = ends.shift()!;
      busy.delete(nth);
      events.push(invocation(id, nth, from, nth % 97 === 0 ? 'error' : 'success', now - from));
      events.push(environment(nth, 'idle', count));
    }
    for (const due = ((now - started) * rate) / 1_000; sent < due; sent++) {
      const nth = (sent * 7_919) % environments;
      if (busy.has(nth)) continue;
      const id = `request-${++count}`;
      busy.add(nth);
      events.push(environment(nth, 'busy', count), invocation(id, nth, now, 'running', 0));
      ends.push({ at: now + 250, nth, id, from: now });
    }
    if (sent % 5 === 0)
      events.push({ type: 'pendingEvents', pending: { functionName: nameOf(sent), count: sent % 40 } });
    if (events.length > 0) send(events, 'events');
  };
  page.acquireVsCodeApi = () => ({
    postMessage: ({ type }) => {
      if (type !== 'ready') return;
      const all = Array.from({ length: environments }, (_, nth) => environment(nth, 'idle', 0));
      const clock = { serviceTime: started, wallTime: started, speed: 1, frozen: false, waiting: 0 };
      const snapshot: HostEvent = {
        ...{ type: 'snapshot', functions: [], layers: [], invocations: [], problems: [], clock },
        environments: all.flatMap(event => (event.type === 'environment' ? [event.environment] : [])),
      };
      send([snapshot], 'begin');
      setInterval(tick, 16);
    },
  });
}
