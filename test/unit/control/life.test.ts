import assert from 'node:assert/strict';
import { createLife } from '../../../src/host/control/life.ts';
import { manualClock } from '../../helpers/manualClock.ts';

/** A wall clock that the test moves. */
const handClock = () => {
  const clock = manualClock(0);
  return { clock, advance: (ms: number) => clock.advance(ms) };
};

describe('the life of a host', () => {
  it('of a detached one ends 10 s after its last client', () => {
    const { clock, advance } = handClock();
    const ends: string[] = [];
    const life = createLife(clock, false, reason => ends.push(reason));
    life.clientsChanged(1);
    advance(60_000);
    life.clientsChanged(2);
    life.clientsChanged(1);
    life.clientsChanged(0);
    advance(9_999);
    assert.deepEqual(ends, []);
    life.clientsChanged(1);
    advance(60_000);
    assert.deepEqual(ends, []);
    life.clientsChanged(0);
    advance(10_000);
    assert.equal(ends.length, 1);
  });

  it('of a detached one that nobody came to ends too', () => {
    const { clock, advance } = handClock();
    const ends: string[] = [];
    const life = createLife(clock, false, reason => ends.push(reason));
    // A large workspace takes its time: nobody can come before its functions are there.
    advance(60_000);
    assert.deepEqual(ends, []);
    life.ready();
    advance(29_999);
    assert.deepEqual(ends, []);
    advance(1);
    assert.equal(ends.length, 1);
  });

  it('of a detached one does not end for want of a first client that was quicker than its readiness', () => {
    const { clock, advance } = handClock();
    const ends: string[] = [];
    const life = createLife(clock, false, reason => ends.push(reason));
    life.clientsChanged(1);
    life.ready();
    advance(60_000);
    assert.deepEqual(ends, []);
  });

  it('of a foreground one does not depend on clients', () => {
    const { clock, advance } = handClock();
    const ends: string[] = [];
    const life = createLife(clock, true, reason => ends.push(reason));
    life.clientsChanged(1);
    life.clientsChanged(0);
    advance(3_600_000);
    assert.deepEqual(ends, []);
  });
});
