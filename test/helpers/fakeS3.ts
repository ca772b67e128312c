/** As much of S3 as GetObject needs, for an `--upstream`: what a test puts in is there, everything else is answered as S3 does. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeS3 {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** By `bucket/key`, `bucket/key?versionId=…` for one version. A bucket is there when anything in it is. */
  readonly objects: Map<string, Buffer>;
  readonly requests: { readonly method: string; readonly url: string; readonly authorization: string }[];
  /** Answers the next request in S3's place. */
  next: ((response: ServerResponse) => void) | undefined;
  close(): Promise<void>;
}

const errorXml = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>1</RequestId></Error>`;

/** Answers a GetObject by path, as S3 does. `url`: percent-encoded. */
export function answerGetObject(
  objects: ReadonlyMap<string, Buffer>,
  url: string,
  response: ServerResponse,
): void {
  const name = decodeURIComponent(url).slice(1);
  const object = objects.get(name);
  const fail = (code: string, message: string): void => {
    response.writeHead(404, { 'content-type': 'application/xml' }).end(errorXml(code, message));
  };
  const bucket = `${name.split('/')[0] ?? ''}/`;
  if (object !== undefined) response.writeHead(200, { 'content-length': object.length }).end(object);
  else if ([...objects.keys()].some(key => key.startsWith(bucket)))
    fail('NoSuchKey', 'The specified key does not exist.');
  else fail('NoSuchBucket', 'The specified bucket does not exist');
}

export async function startFakeS3(): Promise<FakeS3> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request;
    fake.requests.push({ method, url, authorization: headers.authorization ?? '' });
    const { next } = fake;
    fake.next = undefined;
    if (next !== undefined) next(response);
    else if (method === 'GET') answerGetObject(fake.objects, url, response);
    else response.writeHead(501).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeS3 = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects: new Map(),
    requests: [],
    next: undefined,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}
