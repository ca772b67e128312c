/** debugpy comes from where the user's pip would get it, whole or not at all. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { findDebugpy, installedDebugpy } from '../../../../src/extension/debug/python/debugpyFolders.ts';
import { installDebugpy } from '../../../../src/extension/debug/python/installDebugpy.ts';
import { pipSettings } from '../../../../src/extension/debug/python/pipSettings.ts';
import type { Release } from '../../../../src/extension/debug/python/release.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporaryFolder.ts';

describe('installing debugpy', () => {
  let folder: TemporaryFolder;
  let server: Server;
  let wheel: Buffer;
  let release: Release;
  let index: string;
  let requests: IncomingMessage[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  before(async () => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('__version__ = "1"'), 'debugpy/__init__.py');
    zip.addBuffer(Buffer.from(''), 'debugpy/adapter/__main__.py');
    zip.end();
    wheel = await buffer(zip.outputStream);
    const sha256 = createHash('sha256').update(wheel).digest('hex');
    release = { version: '1.0', file: 'debugpy-1.0-py2.py3-none-any.whl', sha256 };
    server = createServer((request, response) => {
      requests.push(request);
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    index = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());
  beforeEach(async () => {
    folder = await temporaryFolder('debugpy');
    requests = [];
    answer = (request, response) => {
      if (request.url?.endsWith('.whl') === true) response.end(wheel);
      else response.end(`<a href="../files/${release.file}#sha256=x" data-requires-python="&gt;=3.8">it</a>`);
    };
  });
  afterEach(() => folder.remove());

  const install = (
    env: Readonly<Record<string, string>>,
    more: Partial<Parameters<typeof installDebugpy>[0]> = {},
  ) =>
    installDebugpy({
      storage: path.join(folder.path, 'storage'),
      here: { platform: 'linux', env: { PIP_CONFIG_FILE: '/dev/null', ...env }, home: folder.path },
      signal: new AbortController().signal,
      release,
      ...more,
    });
  const stored = () => readdir(path.join(folder.path, 'storage')).catch(() => []);

  it('takes the wheel from an index of pages, with the name and password in its address', async () => {
    const shares: number[] = [];
    const address = `${index.replace('//', '//me:secret@')}/simple/`;
    const place = await install({ PIP_INDEX_URL: address }, { progress: share => shares.push(share) });
    assert.equal(place, installedDebugpy(path.join(folder.path, 'storage'), release));
    assert.equal(await readFile(path.join(place, '__init__.py'), 'utf8'), '__version__ = "1"');
    assert.deepEqual(
      requests.map(({ url }) => url),
      ['/simple/debugpy/', `/simple/files/${release.file}`],
    );
    const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    assert.deepEqual(
      requests.map(({ headers }) => headers.authorization),
      [authorization, authorization],
    );
    assert.equal(shares.at(-1), 1);
    assert.deepEqual(await stored(), ['1.0']);
    // A second one finds it there.
    assert.equal(await install({ PIP_INDEX_URL: address }), place);
  });

  it('takes it from an index that answers JSON, over redirects, and from further indexes', async () => {
    answer = (request, response) => {
      if (request.url?.startsWith('/first') === true) response.writeHead(404).end();
      else if (request.url === '/second/debugpy/')
        response.end(JSON.stringify({ files: [{ filename: release.file, url: '/moved.whl' }] }));
      else if (request.url === '/moved.whl') response.writeHead(302, { location: '/here.whl' }).end();
      else response.end(wheel);
    };
    await install({ PIP_INDEX_URL: `${index}/first`, PIP_EXTRA_INDEX_URL: `${index}/second` });
    assert.deepEqual(await stored(), ['1.0']);
  });

  it('takes it from a folder without any network', async () => {
    await writeFile(path.join(folder.path, release.file), wheel);
    await install({ PIP_NO_INDEX: 'true', PIP_FIND_LINKS: folder.path });
    assert.deepEqual([requests.length, await stored()], [0, ['1.0']]);
  });

  it('says what stands in the way, and leaves nothing', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const closed = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    gone.close();
    await assert.rejects(
      install({ PIP_INDEX_URL: closed }),
      /can’t be reached \(.*ECONNREFUSED.*pip install debugpy/,
    );
    answer = (_request, response) => void response.end('<a href="debugpy-9.9.tar.gz">it</a>');
    await assert.rejects(install({ PIP_INDEX_URL: index }), /127\.0\.0\.1:\d+ has no debugpy-1\.0/);
    answer = (request, response) => {
      if (request.url?.endsWith('.whl') === true) response.end('something else');
      else response.end(`<a href="${release.file}">it</a>`);
    };
    await assert.rejects(install({ PIP_INDEX_URL: index }), /its checksum is wrong/);
    answer = (_request, response) => void response.writeHead(503).end();
    await assert.rejects(install({ PIP_INDEX_URL: index }), /answers 503/);
    await assert.rejects(install({ PIP_NO_INDEX: '1' }), /pip is told to use no package index/);
    await writeFile(path.join(folder.path, release.file), wheel);
    const blocked = path.join(folder.path, 'file');
    await writeFile(blocked, '');
    await assert.rejects(
      install({ PIP_FIND_LINKS: folder.path }, { storage: path.join(blocked, 'x') }),
      /can’t be unpacked into/,
    );
    assert.deepEqual(await stored(), []);
  });

  it('stops at once when it is cancelled', async () => {
    const abort = new AbortController();
    answer = () => abort.abort();
    await assert.rejects(install({ PIP_INDEX_URL: index }, { signal: abort.signal }), { name: 'AbortError' });
    assert.deepEqual(await stored(), []);
  });

  it('reads pip’s files as pip does: the user’s over the machine’s, variables over both', async () => {
    const at = path.join(folder.path, '.config/pip');
    await mkdir(at, { recursive: true });
    await writeFile(
      path.join(at, 'pip.conf'),
      '; a comment\n[global]\nindex_url: https://one.example/simple\nfind-links =\n    /wheels\n    https://links.example\n[list]\nindex-url = https://not.example\n[install]\ncert = /ca.pem\n',
    );
    const here = { platform: 'linux' as const, home: folder.path };
    assert.deepEqual(await pipSettings({ ...here, env: { PIP_EXTRA_INDEX_URL: 'https://two.example' } }), {
      indexes: ['https://one.example/simple', 'https://two.example'],
      folders: ['/wheels'],
      certificates: '/ca.pem',
    });
    const { indexes } = await pipSettings({ ...here, env: { PIP_INDEX_URL: 'https://three.example' } });
    assert.deepEqual(indexes, ['https://three.example']);
    const without = await pipSettings({ ...here, env: { PIP_CONFIG_FILE: '/dev/null' } });
    assert.deepEqual(without, { indexes: ['https://pypi.org/simple'], folders: [], certificates: undefined });
  });

  it('prefers the function’s own, then the Python extension’s, then what was installed', async () => {
    const make = async (name: string): Promise<string> => {
      await mkdir(path.join(folder.path, name, 'adapter'), { recursive: true });
      await writeFile(path.join(folder.path, name, 'adapter/__main__.py'), '');
      return path.join(folder.path, name);
    };
    const storage = path.join(folder.path, 'storage');
    const own = path.join(folder.path, 'own/debugpy');
    const extension = path.join(folder.path, 'extension');
    let runs = true;
    const find = () => findDebugpy({ own, extension, storage, runs: () => Promise.resolve(runs) });
    assert.equal(await find(), undefined);
    const installed = await make(path.relative(folder.path, installedDebugpy(storage)));
    assert.equal(await find(), installed);
    const bundled = await make('extension/bundled/libs/debugpy');
    assert.equal(await find(), bundled);
    // Not made for the function's Python.
    runs = false;
    assert.equal(await find(), installed);
    await make('own/debugpy');
    assert.equal(await find(), own);
  });
});
