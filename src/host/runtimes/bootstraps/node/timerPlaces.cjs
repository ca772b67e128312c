'use strict';
// Where timers are made. Node keeps that only for async_hooks, which slow down every promise; here each call of setTimeout
// and setInterval keeps the top of its stack, unformatted, for as long as the invocation lasts.
const fs = require('node:fs');
const path = require('node:path');
const { SourceMap, syncBuiltinESMExports } = require('node:module');
const timers = require('node:timers');
const promises = require('node:timers/promises');

/** Timers of one invocation whose place is kept: whoever makes thousands does not wait for them all. */
const MOST = 50;
const FRAMES = 6;
/** Bytes of a source map that is read for a place. */
const LARGEST_MAP = 8 * 1024 * 1024;
const OWN_FOLDER = __dirname + path.sep;

let made = [];
const maps = new Map();

/** Replaces the functions that make timers by ones that behave, and look, the same. */
function watchTimers() {
  timers.setTimeout = globalThis.setTimeout = watched(timers.setTimeout, 'Timeout', 1);
  timers.setInterval = globalThis.setInterval = watched(timers.setInterval, 'Interval', 1);
  promises.setTimeout = watched(promises.setTimeout, 'Timeout', 0);
  syncBuiltinESMExports();
}

function watched(original, kind, delayAt) {
  return new Proxy(original, {
    apply(target, self, parameters) {
      const timer = Reflect.apply(target, self, parameters);
      if (made.length < MOST) made.push(record(kind, Number(parameters[delayAt]), timer));
      return timer;
    },
    // util.promisify(setTimeout) is the one of timers/promises.
    get: (target, key, self) =>
      key === PROMISIFY && kind === 'Timeout' && delayAt === 1
        ? promises.setTimeout
        : Reflect.get(target, key, self),
  });
}

const PROMISIFY = Symbol.for('nodejs.util.promisify.custom');

function record(kind, delay, timer) {
  const { stackTraceLimit } = Error;
  const holder = {};
  Error.stackTraceLimit = FRAMES;
  Error.captureStackTrace(holder, record);
  Error.stackTraceLimit = stackTraceLimit;
  const ms = delay >= 1 && delay <= 2 ** 31 - 1 ? delay : 1;
  return { kind, ms, holder, due: performance.now() + ms, timer };
}

/** A new event: what was made before is not its. */
function beginTracking() {
  if (made.length > 0) made = [];
}

/** Those of the invocation, whether they are `alive`, and whether a `library` made them for itself. */
function trackedTimers() {
  return made.map(({ kind, ms, holder, due, timer }) => {
    const alive = isAlive(timer, due);
    return { kind, ms, alive, ...(alive ? placeOf(holder) : {}) };
  });
}

function isAlive(timer, due) {
  // Of one that is a promise only its time is known.
  if (typeof timer?.hasRef !== 'function') return due > performance.now();
  return timer._destroyed !== true && timer.hasRef();
}

/** The first frame outside Node and this folder, in the source that was written. */
function placeOf(holder) {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_, sites) =>
      sites.map(site => ({
        file: fileOf(site.getFileName() ?? site.getScriptNameOrSourceURL?.()),
        line: site.getLineNumber(),
        column: site.getColumnNumber(),
      }));
    const frames = holder.stack;
    const frame = frames.find(({ file }) => file !== undefined && !file.startsWith(OWN_FOLDER));
    // Node's own housekeeping.
    if (frame === undefined) return { library: true };
    const { file, line } = written(frame);
    const library = /[\\/]node_modules[\\/]/.test(file);
    return { library, place: `${file}:${line}` };
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function fileOf(name) {
  if (name === undefined || name === null || name.startsWith('node:')) return undefined;
  return name.startsWith('file://') ? require('node:url').fileURLToPath(name) : name;
}

/** Follows the source map beside a built file. */
function written({ file, line, column }) {
  const entry = mapOf(file)?.findEntry(line - 1, column - 1);
  const source = entry?.originalSource;
  if (source === undefined) return { file, line };
  const original = source.startsWith('file://') ? fileOf(source) : path.resolve(path.dirname(file), source);
  return { file: original, line: entry.originalLine + 1 };
}

function mapOf(file) {
  if (maps.has(file)) return maps.get(file);
  let map;
  try {
    const beside = `${file}.map`;
    if (fs.statSync(beside).size <= LARGEST_MAP)
      map = new SourceMap(JSON.parse(fs.readFileSync(beside, 'utf8')));
  } catch {
    // None, or none that can be read: the place in the built file is the best there is.
  }
  maps.set(file, map);
  return map;
}

module.exports = { watchTimers, beginTracking, trackedTimers };
