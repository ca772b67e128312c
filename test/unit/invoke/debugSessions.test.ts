import assert from 'node:assert/strict';
import { createDebugSessions } from '../../../src/host/invoke/debugSessions.ts';

describe('debug sessions', () => {
  const setUp = () => {
    const changed: [string, string | undefined][] = [];
    return { changed, sessions: createDebugSessions((name, ended) => changed.push([name, ended])) };
  };

  it('belong to one function version and replace its environments when they start and end', () => {
    const { changed, sessions } = setUp();
    const id = sessions.start({ functionName: 'f', clientId: 'window' });
    assert.equal(sessions.of('f', '$LATEST'), id);
    assert.equal(sessions.of('f', '1'), undefined);
    assert.equal(sessions.of('g', '$LATEST'), undefined);
    sessions.end(id);
    sessions.end(id);
    assert.equal(sessions.of('f', '$LATEST'), undefined);
    assert.deepEqual(changed, [
      ['f', undefined],
      ['f', id],
    ]);
  });

  it('end with the event stream of their client, and only they', () => {
    const { sessions } = setUp();
    sessions.start({ functionName: 'f', clientId: 'a' });
    const other = sessions.start({ functionName: 'g', clientId: 'b' });
    sessions.endClient('a');
    assert.equal(sessions.of('f', '$LATEST'), undefined);
    assert.equal(sessions.of('g', '$LATEST'), other);
  });

  it('refuse a second window by name, and let the same window start again', () => {
    const { sessions } = setUp();
    const first = sessions.start({ functionName: 'f', clientId: 'a' });
    assert.throws(() => sessions.start({ functionName: 'f', clientId: 'b' }), /another window: f/);
    const second = sessions.start({ functionName: 'f', clientId: 'a' });
    assert.notEqual(second, first);
    assert.equal(sessions.of('f', '$LATEST'), second);
  });
});
