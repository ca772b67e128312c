import net from 'node:net';

/** Writes raw bytes and collects what comes back until the connection ends or `enough` says so. */
export function raw(
  port: number,
  data: string | Uint8Array,
  enough?: (received: string) => boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', chunk => {
      received += chunk.toString();
      if (enough?.(received) === true) socket.destroy();
    });
    socket.once('close', () => resolve(received));
    socket.once('error', reject);
    socket.write(data);
  });
}

/** The same for bytes that may not make a request: says that nothing follows, so that nobody waits for more. */
export function rawToEnd(port: number, data: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let received = '';
    socket.on('data', chunk => (received += chunk.toString('latin1')));
    socket.once('end', () => socket.destroy());
    socket.once('close', () => resolve(received));
    socket.once('error', reject);
    socket.end(data);
  });
}
