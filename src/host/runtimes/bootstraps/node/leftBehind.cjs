'use strict';
// What an invocation leaves behind: timers, requests, child processes that were begun in it and go on after its answer.
// Lambda freezes them there. What the module itself holds, and connections that merely stay open, are no work.
const { describe, isWork } = require('./leftWork.cjs');
const { beginTracking, trackedTimers } = require('./timerPlaces.cjs');
const { setImmediate } = require('node:timers');

/** Turns of the event loop in which what ends with the answer (a socket that goes back to its agent) has ended. */
const TURNS = 2;

class LeftBehind {
  constructor() {
    this.known = new WeakSet();
    this.began = false;
    this.before = [];
    this.looking = 0;
  }

  /** What is never the function's: the connection to the host. */
  ignore(handle) {
    this.known.add(handle);
  }

  /** An event is about to be handled: what is active now is not its work. */
  begin() {
    this.began = true;
    this.looking += 1;
    this.before = process.getActiveResourcesInfo();
    if (this.before.length > 0) for (const handle of process._getActiveHandles()) this.known.add(handle);
    beginTracking();
  }

  /**
   * The event was answered. True where something may be left: then `tell` is called with what it is, in words, after a
   * moment, unless the next event comes first.
   */
  look(tell) {
    if (!this.began || !this.somethingIsActive()) return false;
    const round = (this.looking += 1);
    let turns = TURNS;
    const turn = () => {
      if (this.looking !== round) return;
      turns -= 1;
      if (turns > 0) setImmediate(turn);
      else tell(this.left());
    };
    setImmediate(turn);
    return true;
  }

  somethingIsActive() {
    const now = process.getActiveResourcesInfo();
    if (now.length === 0) return false;
    // Nearly always: the connection to the host alone.
    if (now.length === 1 && now[0].endsWith('Wrap') && this.before.length === 0) {
      const [handle] = process._getActiveHandles();
      if (handle !== undefined && this.known.has(handle)) return false;
    }
    if (countOf(now, 'Timeout') > countOf(this.before, 'Timeout')) return true;
    if (now.some(name => isWork(name) && countOf(now, name) > countOf(this.before, name))) return true;
    return process._getActiveHandles().some(handle => !this.known.has(handle));
  }

  left() {
    try {
      return describe({
        before: this.before,
        now: process.getActiveResourcesInfo(),
        handles: process._getActiveHandles().filter(handle => !this.known.has(handle)),
        timers: trackedTimers(),
      });
    } catch {
      // It is about what Node keeps for itself: better nothing than an error in the function's name.
      return [];
    }
  }
}

function countOf(names, name) {
  let count = 0;
  for (const each of names) if (each === name) count += 1;
  return count;
}

module.exports = { LeftBehind };
