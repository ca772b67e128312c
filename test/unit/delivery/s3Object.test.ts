import assert from 'node:assert/strict';
import { createS3Objects, S3Error, type S3Objects } from '../../../src/host/delivery/s3Object.ts';
import { createUpstreamClient, type UpstreamClient } from '../../../src/host/delivery/upstreamClient.ts';
import { startFakeS3, type FakeS3 } from '../../helpers/fakeS3.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';

describe('an object of S3', () => {
  let s3: FakeS3;
  let clock: ManualClock;
  let client: UpstreamClient;
  let objects: S3Objects;

  beforeEach(async () => {
    s3 = await startFakeS3();
    clock = manualClock();
    client = createUpstreamClient(s3.url, clock);
    objects = createS3Objects(client);
  });
  afterEach(async () => {
    client.close();
    await s3.close();
  });

  const object = { bucket: 'code', key: 'a b/ü+c.zip', region: 'eu-west-1', accountId: '111111111111' };

  async function whole(stream: AsyncIterable<Buffer>): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }
  const failure = (promise: Promise<unknown>): Promise<S3Error> =>
    promise.then(
      () => assert.fail('it did not fail'),
      (error: unknown) => (error instanceof S3Error ? error : assert.fail(String(error))),
    );

  it('comes by its path, signed in the name of the account', async () => {
    s3.objects.set('code/a b/ü+c.zip', Buffer.from('zip'));
    s3.objects.set('code/a b/ü+c.zip?versionId=3/4', Buffer.from('old'));
    assert.equal(await whole(await objects.read(object)), 'zip');
    assert.equal(await whole(await objects.read({ ...object, versionId: '3/4' })), 'old');
    assert.deepEqual(
      s3.requests.map(({ url }) => url),
      ['/code/a%20b/%C3%BC%2Bc.zip', '/code/a%20b/%C3%BC%2Bc.zip?versionId=3%2F4'],
    );
    assert.match(s3.requests[0]?.authorization ?? '', /Credential=111111111111\/20261122\/eu-west-1\/s3\//);
  });

  it('that is not there is told in S3’s words', async () => {
    const bucket = await failure(objects.read(object));
    assert.deepEqual([bucket.code, bucket.message], ['NoSuchBucket', 'The specified bucket does not exist']);
    s3.objects.set('code/other', Buffer.from(''));
    const key = await failure(objects.read(object));
    assert.deepEqual([key.code, key.message], ['NoSuchKey', 'The specified key does not exist.']);
  });

  it('is told in S3’s words also when these are escaped, or missing', async () => {
    s3.next = response =>
      response
        .writeHead(301)
        .end('<Error><Code>PermanentRedirect</Code><Message>a &lt;b&gt; &amp; c</Message>');
    assert.equal((await failure(objects.read(object))).message, 'a <b> & c');
    for (const [status, code] of [
      [403, 'AccessDenied'],
      [404, 'NoSuchKey'],
      [503, '503'],
    ] as const) {
      s3.next = response => response.writeHead(status).end('x'.repeat(100_000));
      assert.equal((await failure(objects.read(object))).code, code);
    }
  });

  it('is nowhere without an upstream, and the error says what to do', async () => {
    const error = await failure(createS3Objects(undefined).read(object));
    assert.match(
      error.message,
      /S3 is not embedded in Lamplight.*s3:\/\/code\/a b\/ü\+c\.zip.*--upstream URL/,
    );
  });

  it('of an endpoint that does not answer, or stops, is given up after 10 s', async () => {
    const reached = new Promise<void>(resolve => {
      s3.next = () => resolve();
    });
    const silent = assert.rejects(objects.read(object), /does not answer \(no answer within 10 s\)/);
    await reached;
    clock.advance(10_000);
    await silent;
    s3.next = response => response.writeHead(200).write('the first half');
    const half = await objects.read(object);
    const first: IteratorResult<Buffer, void> = await half.next();
    assert.equal(String(first.value), 'the first half');
    const rest = half.next();
    clock.advance(10_000);
    await assert.rejects(rest, /does not answer \(nothing came for 10 s\)/);
  });

  it('that nobody reads on holds no connection', async () => {
    s3.objects.set('code/a b/ü+c.zip', Buffer.alloc(8 * 1024 * 1024));
    const stream = await objects.read(object);
    await stream.next();
    await stream.return(undefined);
    assert.equal(await whole(await objects.read(object)).then(({ length }) => length), 8 * 1024 * 1024);
  });
});
