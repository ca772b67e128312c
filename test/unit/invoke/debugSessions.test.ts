import assert from 'node:assert/strict';
import { createDebugSessions } from '../../../src/host/invoke/debugSessions.ts';

describe('debug sessions', () => {
  const setUp = () => {
    const changed: [string, string, string | undefined][] = [];
    const sessions = createDebugSessions({
      versionOf: (_name, qualifier) => (qualifier === 'live' ? '3' : qualifier === '3' ? '3' : undefined),
      changed: (name, version, ended) => changed.push([name, version, ended]),
    });
    return { changed, sessions };
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
      ['f', '$LATEST', undefined],
      ['f', '$LATEST', id],
    ]);
  });

  it('of an alias are those of its version, and leave the other versions alone', () => {
    const { changed, sessions } = setUp();
    const id = sessions.start({ functionName: 'f', qualifier: 'live', clientId: 'a' });
    assert.equal(sessions.of('f', '3'), id);
    assert.equal(sessions.of('f', '$LATEST'), undefined);
    assert.throws(
      () => sessions.start({ functionName: 'f', qualifier: '3', clientId: 'b' }),
      /another window: f/,
    );
    assert.throws(
      () => sessions.start({ functionName: 'f', qualifier: 'gone', clientId: 'a' }),
      /Function not found: f:gone/,
    );
    sessions.end(id);
    assert.deepEqual(changed, [
      ['f', '3', undefined],
      ['f', '3', id],
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
