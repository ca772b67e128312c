'use strict';
// From what Node says is active to words: which of it is work that was begun and goes on.

/** Names of requests in `process.getActiveResourcesInfo()` that somebody waits for, and what people call them. */
const REQUESTS = {
  FSReqCallback: 'File operation',
  FSReqPromise: 'File operation',
  GetAddrInfoReqWrap: 'DNS look-up',
  QueryReqWrap: 'DNS look-up',
  PBKDF2Request: 'Cryptography',
  ScryptRequest: 'Cryptography',
  HashRequest: 'Cryptography',
  KeyPairGenRequest: 'Cryptography',
  Zlib: 'Compression',
};
/** The most that is told of one invocation. */
const MOST = 20;

const words = new Map(Object.entries(REQUESTS).map(([name, word]) => [name.toUpperCase(), word]));
const wordFor = name => REQUESTS[name] ?? words.get(name.toUpperCase());

/** A request that ends by itself and has somebody who waits for it. */
function isWork(name) {
  return wordFor(name) !== undefined;
}

/**
 * @param found `before`, `now`: names of the resources that were active before and after; `handles`: active ones that were
 *   not there before; `timers`: those whose making was seen, as { kind, ms, place?, alive, library }
 * @returns one text for each, kind first: `Timeout 5 s at /app/handler.js:12`, `Request GET http://host:80/path`,
 *   `Process 4711 sleep 60`
 */
function describe({ before, now, handles, timers }) {
  const left = [...describeTimers(before, now, timers), ...describeHandles(handles)];
  for (const name of new Set(now)) {
    const word = wordFor(name);
    if (word === undefined) continue;
    const more = count(now, name) - count(before, name);
    for (let i = 0; i < more; i++) left.push(word);
  }
  const told = left.slice(0, MOST);
  return left.length > MOST ? [...told, `… and ${left.length - MOST} more`] : told;
}

/** No more than are active; a library's own housekeeping (the idle time of a pooled connection) is not the handler's work. */
function describeTimers(before, now, timers) {
  const more = count(now, 'Timeout') - count(before, 'Timeout');
  if (more <= 0) return [];
  const alive = timers.filter(timer => timer.alive);
  const own = alive.filter(timer => !timer.library).slice(0, more);
  const unseen = Math.max(0, more - alive.length);
  return [
    ...own.map(({ kind, ms, place }) => `${kind} ${span(ms)}${place === undefined ? '' : ` at ${place}`}`),
    ...Array.from({ length: unseen }, () => 'Timeout'),
  ];
}

function describeHandles(handles) {
  const pipes = new Set();
  for (const handle of handles) for (const pipe of handle?.stdio ?? []) if (pipe) pipes.add(pipe);
  const left = [];
  let worker = false;
  for (const handle of handles) {
    if (pipes.has(handle)) continue;
    const text = describeHandle(handle);
    // A worker has several ports.
    if (text === 'Worker thread') {
      if (!worker) left.push(text);
      worker = true;
    } else if (text !== undefined) left.push(text);
  }
  return left;
}

function describeHandle(handle) {
  if (typeof handle?.spawnfile === 'string' && handle.pid !== undefined) {
    const [, ...parameters] = handle.spawnargs ?? [];
    return `Process ${handle.pid} ${cut([handle.spawnfile, ...parameters].join(' '))}`;
  }
  switch (handle?.constructor?.name) {
    case 'MessagePort':
    case 'Worker':
      return 'Worker thread';
    case 'Server': {
      const address = handle.address?.();
      if (!address) return undefined;
      return `Server on ${typeof address === 'string' ? address : peer(address.address, address.port)}`;
    }
    case 'Socket':
    case 'TLSSocket':
      return typeof handle.connecting === 'boolean' ? describeSocket(handle) : undefined;
    default:
      return undefined;
  }
}

/** A connection that is merely open is what pools keep; one that is being made, or that something waits on, is work. */
function describeSocket(socket) {
  if (socket.destroyed || socket.writableEnded) return undefined;
  const to = peer(socket.remoteAddress ?? socket._host, socket.remotePort);
  const request = socket._httpMessage;
  if (request) {
    // An answer is what a server of the function's own is about to give.
    if (typeof request.method !== 'string') return undefined;
    const scheme = socket.encrypted ? 'https' : 'http';
    const host = request.getHeader?.('host') ?? request.host ?? to;
    const [path] = String(request.path ?? '').split('?');
    return `Request ${request.method} ${cut(`${scheme}://${host}${path}`)}`;
  }
  // What fetch has no use for it lets go of: this one is in use.
  if (isFetch(socket)) return `Request to ${to}`;
  if (socket.connecting) return `Connection to ${to}`;
  return socket.writableLength > 0 ? `Connection to ${to}` : undefined;
}

function isFetch(socket) {
  return Object.getOwnPropertySymbols(socket).some(
    ({ description = '' }) => description === 'client' || description === 'kClient',
  );
}

function peer(address, port) {
  if (address === undefined) return 'somewhere';
  const host = address.includes(':') ? `[${address}]` : address;
  return port === undefined ? host : `${host}:${port}`;
}

function span(ms) {
  return ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}

const cut = text => (text.length > 100 ? `${text.slice(0, 99)}…` : text);

const count = (names, name) => names.reduce((sum, each) => sum + (each === name ? 1 : 0), 0);

module.exports = { describe, isWork };
