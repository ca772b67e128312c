/** What of all that Node.js says is active is work that a handler left behind. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

interface Timer {
  readonly kind: string;
  readonly ms: number;
  readonly place?: string;
  readonly alive: boolean;
  readonly library: boolean;
}
interface Found {
  readonly before: string[];
  readonly now: string[];
  readonly handles: unknown[];
  readonly timers: Timer[];
}
interface LeftWork {
  readonly describe: (found: Found) => string[];
}

const { describe: leftOf } = createRequire(import.meta.url)(
  '../../../src/host/runtimes/bootstraps/node/leftWork.cjs',
) as LeftWork;

const timer = (over: Partial<Timer> = {}): Timer => ({
  kind: 'Timeout',
  ms: 250,
  place: '/a.js:1',
  alive: true,
  library: false,
  ...over,
});
const words = (found: Partial<Found>): string[] =>
  leftOf({ before: [], now: [], handles: [], timers: [], ...found });

class Socket {
  readonly destroyed = false;
  readonly writableEnded = false;
  readonly connecting: boolean = false;
  readonly writableLength: number = 0;
  readonly remoteAddress: string = '10.0.0.1';
  readonly remotePort: number = 5432;
  constructor(over: object = {}) {
    Object.assign(this, over);
  }
}

describe('what Node.js says is active', () => {
  it('is a timer where there are more than before, and no more than that', () => {
    const now = ['Timeout', 'Timeout'];
    assert.deepEqual(words({ now, before: now, timers: [timer()] }), []);
    assert.deepEqual(words({ now, before: ['Timeout'], timers: [timer(), timer({ place: '/a.js:2' })] }), [
      'Timeout 250 ms at /a.js:1',
    ]);
    assert.deepEqual(
      words({ now, timers: [timer({ kind: 'Interval', ms: 90_000 }), timer({ alive: false })] }),
      ['Interval 90 s at /a.js:1', 'Timeout'],
    );
  });

  it('is no timer that a library keeps for itself', () => {
    assert.deepEqual(words({ now: ['Timeout'], timers: [timer({ library: true })] }), []);
  });

  it('is a connection that is being made, or that has not sent all, not one that is open', () => {
    const handles = [
      new Socket({ connecting: true }),
      new Socket({ writableLength: 9, remoteAddress: '::1' }),
      new Socket(),
      new Socket({ connecting: true, destroyed: true }),
      new Socket({ writableLength: 9, writableEnded: true }),
    ];
    assert.deepEqual(words({ handles }), ['Connection to 10.0.0.1:5432', 'Connection to [::1]:5432']);
  });

  it('is a request without its answer, whose query stays its own', () => {
    const request = { method: 'PUT', path: '/a?token=secret', getHeader: () => 'shop' };
    assert.deepEqual(words({ handles: [new Socket({ encrypted: true, _httpMessage: request })] }), [
      'Request PUT https://shop/a',
    ]);
    // What a server of the function's own answers.
    assert.deepEqual(words({ handles: [new Socket({ _httpMessage: {} })] }), []);
  });

  it('is a process without its pipes, a server, a worker once, and requests by what they are for', () => {
    const pipe = new Socket({ writableLength: 1 });
    const child = { pid: 7, spawnfile: 'sh', spawnargs: ['sh', '-c', 'x'.repeat(200)], stdio: [pipe, null] };
    class Server {
      address = () => ({ address: '0.0.0.0', port: 80 });
    }
    class MessagePort {
      ref = (): void => undefined;
    }
    const handles = [pipe, child, new Server(), new MessagePort(), new MessagePort()];
    const now = ['FSReqPromise', 'GetAddrInfoReqWrap', 'TCPSocketWrap', 'Immediate', 'FSReqCallback'];
    assert.deepEqual(words({ handles, now, before: ['FSReqPromise'] }), [
      `Process 7 sh -c ${'x'.repeat(93)}…`,
      'Server on 0.0.0.0:80',
      'Worker thread',
      'DNS look-up',
      'File operation',
    ]);
  });

  it('is told up to a bound', () => {
    const handles = Array.from({ length: 30 }, () => new Socket({ connecting: true }));
    const left = words({ handles });
    assert.equal(left.length, 21);
    assert.equal(left.at(-1), '… and 10 more');
  });
});
