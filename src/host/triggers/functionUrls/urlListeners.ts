/**
 * The listeners of all function URLs: each comes up again on its own port after a restart, goes with its URL and comes
 * back with it. What they answer is not built yet: they say so with 501.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../clock.ts';
import type { FunctionStore } from '../../functions/functionStore.ts';
import { functionUrls, urlHost, type FunctionUrl } from '../../functions/functionUrls.ts';
import { listenError } from '../../gateway/listener.ts';
import { refusalOf } from './urlGuard.ts';
import { openUrlListener, openUrlListenerAnywhere, type UrlListener } from './urlListener.ts';

export interface UrlListeners {
  /** Listens on a free port in the name of a URL that is about to be stored. */
  reserve(id: string): Promise<number>;
  /** Gives up what {@link reserve} opened, where the URL was not stored. */
  release(id: string): void;
  /** Opens the listeners of all URLs there are; a port that is taken is told and tried again. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface UrlListenersOptions {
  readonly functions: Pick<FunctionStore, 'get' | 'onChange' | 'settings'>;
  readonly clock: Clock;
  readonly region: string;
  notice(severity: 'error' | 'info' | 'warning', message: string): void;
}

/** Wall milliseconds until a port that was taken is tried again. */
const AGAIN_MS = 5_000;

interface Stored {
  readonly functionName: string;
  readonly qualifier: string;
  readonly url: FunctionUrl;
}

interface Entry {
  /** Absent before the URL is stored. */
  stored?: Stored;
  /** Absent while another program has the port. */
  listener?: Promise<UrlListener>;
  retry?: Timer;
}

export function createUrlListeners(options: UrlListenersOptions): UrlListeners {
  const { functions, clock, region } = options;
  const urls = functionUrls(functions.settings);
  /** By the URL's id. */
  const entries = new Map<string, Entry>();
  let closed = false;

  function respond(entry: Entry, request: IncomingMessage, response: ServerResponse): void {
    const { stored } = entry;
    const refusal = stored === undefined ? undefined : refusalOf(request.headers, stored.url, region);
    if (refusal !== undefined) answer(response, 403, refusal);
    // Recorded: the URL of an alias that is gone.
    else if (stored === undefined || !isUsable(stored)) answer(response, 403, null);
    else
      answer(
        response,
        501,
        `Lamplight stores this function URL and does not serve it yet. Invoke ${stored.functionName} by its name.`,
      );
  }

  const isUsable = ({ functionName, qualifier }: Stored): boolean =>
    functions.get(functionName, qualifier === '' ? undefined : qualifier) !== undefined;

  const optionsFor = (entry: Entry) => ({
    handle: (request: IncomingMessage, response: ServerResponse) => respond(entry, request, response),
    failed: (error: Error) => options.notice('error', `A function URL's listener: ${error.message}`),
  });

  /** Never rejects: what can't be opened now is tried again. */
  async function open(entry: Entry, { functionName, url }: Stored, isRetry = false): Promise<void> {
    if (entry.listener !== undefined) return;
    entry.listener = openUrlListener(url.port, optionsFor(entry));
    try {
      await entry.listener;
    } catch (error) {
      delete entry.listener;
      if (closed || entries.get(url.id) !== entry) return;
      const { message } = listenError(error as Error, '127.0.0.1', url.port);
      const address = `http://${urlHost(url, region)}/`;
      if (!isRetry)
        options.notice('error', `The function URL ${address} of ${functionName} has to wait. ${message}`);
      entry.retry = clock.afterWall(AGAIN_MS, () => {
        if (entry.stored !== undefined) void open(entry, entry.stored, true);
      });
    }
  }

  async function shut(id: string): Promise<void> {
    const entry = entries.get(id);
    entries.delete(id);
    entry?.retry?.cancel();
    const listener = await entry?.listener?.catch(() => undefined);
    await listener?.close();
  }

  function openStored(stored: Stored): Promise<void> {
    const entry = entries.get(stored.url.id) ?? {};
    entries.set(stored.url.id, entry);
    entry.stored = stored;
    return open(entry, stored);
  }

  /** Brings the listeners of one function to what is stored. */
  function follow(functionName: string): void {
    const wanted = urls.list(functionName);
    const ids = new Set(wanted.map(({ value }) => value.id));
    for (const [id, { stored }] of entries)
      if (stored?.functionName === functionName && !ids.has(id)) void shut(id);
    for (const { qualifier, value } of wanted) void openStored({ functionName, qualifier, url: value });
  }

  const unsubscribe = [
    functions.settings.onChange((kind, { functionName }) => {
      if (kind === 'url') follow(functionName);
    }),
    // A function that its workspace brings back brings its URLs back.
    functions.onChange((name, kind) => {
      if (kind === 'deleted' || kind === 'state') follow(name);
    }),
  ];

  return {
    reserve: async id => {
      const entry: Entry = {};
      entry.listener = openUrlListenerAnywhere(optionsFor(entry));
      const { port } = await entry.listener;
      entries.set(id, entry);
      return port;
    },
    release: id => {
      if (entries.get(id)?.stored === undefined) void shut(id);
    },
    start: async () => {
      await Promise.all(
        urls
          .list()
          .map(({ functionName, qualifier, value }) => openStored({ functionName, qualifier, url: value })),
      );
    },
    close: async () => {
      closed = true;
      for (const stop of unsubscribe) stop();
      await Promise.all([...entries.keys()].map(shut));
    },
  };
}

/** As AWS's URLs refuse: `{"Message":…}`. */
function answer(response: ServerResponse, status: number, message: string | null): void {
  const body = JSON.stringify({ Message: message });
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
