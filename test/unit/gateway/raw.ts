import net from 'node:net';

/** Writes raw bytes and collects what comes back until the connection ends or `enough` says so. */
export function raw(port: number, text: string, enough?: (received: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', chunk => {
      received += chunk.toString();
      if (enough?.(received) === true) socket.destroy();
    });
    socket.once('close', () => resolve(received));
    socket.once('error', reject);
    socket.write(text);
  });
}
