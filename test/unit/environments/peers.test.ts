import assert from 'node:assert/strict';
import { spawn, type SpawnOptions } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import process from 'node:process';
import { RuntimeApi } from '../../../src/host/environments/runtimeApi/runtimeApi.ts';
import { findUser, peerUser } from '../../../src/host/environments/runtimeApi/peers.ts';
import { skipTest } from '../../helpers/skipTest.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1
   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20 4 30 10 -1
`;

describe('peers of the Runtime API', () => {
  const own = { address: '127.0.0.1', port: 8080 };

  it('are known by the row of their own end', () => {
    assert.equal(findUser(table, own, { address: '127.0.0.1', port: 50000 }), 1000);
    assert.equal(findUser(table, own, { address: '127.0.0.1', port: 50001 }), undefined);
    const mapped = table.replaceAll('0100007F', '0000000000000000FFFF00000100007F');
    assert.equal(findUser(mapped, own, { address: '127.0.0.1', port: 50000 }), 1000);
  });

  it('are not taken for the runtime by its port on another address of loopback', () => {
    const stranger = `${table}   3: 0200007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 65534        0 4 1 0 20 4 30 10 -1\n`;
    assert.equal(findUser(stranger, own, { address: '127.0.0.2', port: 50000 }), 65534);
    assert.equal(findUser(stranger, own, { address: '127.0.0.1', port: 50000 }), 1000);
    assert.equal(findUser(table, own, { address: '127.0.0.2', port: 50000 }), undefined);
  });

  it('on this machine are ours', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const user = await peerUser(
      { address: '127.0.0.1', port },
      { address: '127.0.0.1', port: socket.localPort! },
    );
    // Where the platform has no such table, nobody can be told apart.
    assert.equal(user, process.platform === 'linux' ? process.getuid?.() : undefined);
    socket.destroy();
    server.close();
  });

  it('of another user are refused', async function () {
    // Only root can become another user, and only where the kernel tells users apart.
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      skipTest(this, 'needs Linux and root, to become another user');
    const api = new RuntimeApi();
    const port = await api.listen({ address: '127.0.0.1' });
    const script = `require('node:http').get({ host: '127.0.0.1', port: ${port}, path: '/ping', agent: false }, answer => console.log(answer.resume().statusCode));`;
    const statusOf = async (options: SpawnOptions): Promise<string> => {
      const child = spawn(process.execPath, ['-e', script], {
        ...options,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let printed = '';
      child.stdout.on('data', chunk => (printed += String(chunk)));
      await once(child, 'close');
      return printed.trim();
    };
    assert.equal(await statusOf({}), '200');
    assert.equal(await statusOf({ uid: 65534, gid: 65534, cwd: '/' }), '403');
    api.close();
  });
});
