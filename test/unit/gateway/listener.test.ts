import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { answerBadHttp, setLimits } from '../../../src/host/gateway/listener.ts';

describe('the listening socket', () => {
  it('cuts off who trickles headers or body, and answers it', async () => {
    const server = createServer({ connectionsCheckingInterval: 20 }, (_request, response) =>
      response.end('ok'),
    );
    setLimits(server);
    assert.equal(server.headersTimeout, 10_000);
    assert.equal(server.requestTimeout, 120_000);
    assert.ok(server.keepAliveTimeout > 60_000, 'longer than AWS clients keep idle connections');
    // The same limits, in a test's time.
    server.headersTimeout = 60;
    server.requestTimeout = 120;
    server.on('clientError', answerBadHttp);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const trickle = (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = net.connect(port, '127.0.0.1');
        let received = '';
        socket.on('data', chunk => (received += chunk.toString()));
        socket.once('close', () => resolve(received));
        socket.once('error', reject);
        socket.write(text);
      });
    assert.match(
      await trickle('GET / HTTP/1.1\r\nhost: x\r\nx-a'),
      /^HTTP\/1\.1 408 [^]*RequestTimeoutException/,
    );
    // It was answered at once, as the listener does not read the body; then it is cut off all the same.
    assert.match(
      await trickle('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nab'),
      /^HTTP\/1\.1 200 /,
    );
    server.close();
  });
});
