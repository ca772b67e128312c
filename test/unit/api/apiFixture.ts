/** The Lambda service on a real store, without the gateway: requests as the gateway hands them over. */
import type { Standing } from '../../../src/host/delivery/lookup.ts';
import { S3Error } from '../../../src/host/delivery/s3Object.ts';
import { createCodeSigningConfigs } from '../../../src/host/functions/codeSigningConfigs.ts';
import { createEventSourceMappings } from '../../../src/host/functions/eventSourceMappings.ts';
import { createLambdaService } from '../../../src/host/api/lambdaService.ts';
import { functionNotFound } from '../../../src/host/invoke/errors.ts';
import type { InvokeRequest, InvokeResult } from '../../../src/host/invoke/request.ts';
import type { Caller, Service, ServiceRequest } from '../../../src/host/gateway/service.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { openStore, type StoreFixture } from '../functions/storeFixture.ts';
import { makeZip } from '../functions/zipFixture.ts';

export const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:';
export const ROLE = 'arn:aws:iam::000000000000:role/r';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes as JSON. */
  readonly body?: unknown;
  readonly caller?: Partial<Caller>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface ApiFixture extends StoreFixture {
  readonly service: Service;
  /** What is known of other services' resources, by ARN; nothing is of the others. */
  readonly standings: Map<string, Standing>;
  /** Ids of URLs whose ports were given up. */
  readonly released: string[];
  /** Of S3, by `bucket/key`; nothing else is there. */
  readonly objects: Map<string, Buffer>;
  /** What reached the invocation plane. */
  readonly invoked: InvokeRequest[];
  /** What it answers next; an echo when absent. */
  nextResult: InvokeResult | undefined;
  call(request: ApiRequest): Promise<ApiAnswer>;
  /** The AwsError of a request that is refused; fails when it is not. */
  refused(request: ApiRequest): Promise<AwsError>;
}

/** One small package, base64. */
export const ZIP = makeZip([{ name: 'index.js', content: 'exports.handler = async e => e' }]);

export const createBody = (name: string, change: Readonly<Record<string, unknown>> = {}) => ({
  FunctionName: name,
  Runtime: 'nodejs22.x',
  Handler: 'index.handler',
  Role: ROLE,
  Code: { ZipFile: ZIP.toString('base64') },
  ...change,
});

export const create = (name: string, change: Readonly<Record<string, unknown>> = {}): ApiRequest => ({
  method: 'POST',
  path: '/2015-03-31/functions',
  body: createBody(name, change),
});

/** `{name}` and what follows it, the name as SDKs encode it. */
export const onFunction = (
  method: string,
  name: string,
  rest = '',
  more: Partial<ApiRequest> = {},
): ApiRequest => ({
  method,
  path: `/2015-03-31/functions/${encodeURIComponent(name)}${rest}`,
  ...more,
});

export async function openApi(options: { readonly enforcePolicies?: boolean } = {}): Promise<ApiFixture> {
  const store = await openStore();
  const invoked: InvokeRequest[] = [];
  const standings = new Map<string, Standing>();
  const released: string[] = [];
  let lastPort = 20_000;
  const objects = new Map<string, Buffer>();
  const owner: Caller = {
    accountId: '000000000000',
    accessKeyId: 'AKIAOWNER',
    arn: 'arn:aws:iam::000000000000:root',
    kind: 'owner',
  };
  const service = createLambdaService({
    functions: store.store,
    codeSigningConfigs: createCodeSigningConfigs(store.database),
    eventSourceMappings: createEventSourceMappings({
      database: store.database,
      clock: store.clock,
      scope: { accountId: '000000000000', region: 'us-east-1' },
    }),
    enforcePolicies: options.enforcePolicies ?? false,
    urls: { reserve: () => Promise.resolve(++lastPort), release: id => released.push(id) },
    lookup: { find: arn => Promise.resolve(standings.get(arn) ?? 'unknown') },
    objects: {
      read: ({ bucket, key }) => {
        const bytes = objects.get(`${bucket}/${key}`);
        return bytes === undefined
          ? Promise.reject(new S3Error('NoSuchKey', 'The specified key does not exist.'))
          : Promise.resolve(piecesOf(bytes));
      },
    },
    clock: store.clock,
    region: 'us-east-1',
    accountId: '000000000000',
    concurrencyLimit: 1_000,
    provisioner: { allocation: () => ({ status: 'IN_PROGRESS', allocated: 0 }) },
    owner: { accessKeyId: 'AKIAOWNER', secretAccessKey: 'secret' },
    // Stands in for the invocation plane, which refuses what does not exist in the same words.
    invoke: request => {
      invoked.push(request);
      const version = request.qualifier ?? '$LATEST';
      if (store.store.get(request.functionName, version) === undefined)
        return Promise.reject(functionNotFound(`${ARN}${request.functionName}:${version}`));
      return Promise.resolve(
        fixture.nextResult ?? { status: 200, payload: request.payload, executedVersion: '$LATEST' },
      );
    },
  });

  async function call(request: ApiRequest): Promise<ApiAnswer> {
    const body =
      request.body === undefined
        ? Buffer.alloc(0)
        : Buffer.isBuffer(request.body)
          ? request.body
          : Buffer.from(typeof request.body === 'string' ? request.body : JSON.stringify(request.body));
    const head: ServiceRequest = {
      method: request.method,
      path: request.path,
      query: new URLSearchParams(request.query),
      headers: { host: '127.0.0.1:1', ...request.headers },
      body,
      requestId: '00000000-0000-4000-8000-000000000000',
      caller: { ...owner, ...request.caller },
      signal: new AbortController().signal,
    };
    // The gateway asks before it reads.
    if (body.length > (service.bodyLimit?.(head) ?? service.maxBodyBytes)) throw service.tooLarge(head);
    const answer = await service.handle(head);
    if (typeof answer.body === 'function') throw new Error('a stream');
    const text = Buffer.from(answer.body ?? '').toString();
    return {
      status: answer.status,
      headers: answer.headers ?? {},
      body: text,
      json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }

  const fixture: ApiFixture = Object.assign(Object.create(store) as StoreFixture, {
    service,
    standings,
    released,
    objects,
    invoked,
    nextResult: undefined,
    call,
    refused: async (request: ApiRequest) => {
      const answer = await call(request).catch((error: unknown) => error);
      if (answer instanceof AwsError) return answer;
      throw answer instanceof Error ? answer : new Error(`It was not refused: ${JSON.stringify(answer)}`);
    },
  });
  return fixture;
}

async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 100) yield await Promise.resolve(bytes.subarray(at, at + 100));
}
