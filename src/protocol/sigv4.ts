/**
 * AWS Signature Version 4, the one computation that client (sign) and gate (verify) share.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import crypto, { createHash, createHmac, type KeyObject } from 'node:crypto';

export interface CanonicalRequest {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly url: string;
  /** Lower-case names; several values are joined with `,`. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Names of the signed headers, lower case, sorted. */
  readonly signedHeaders: readonly string[];
  /** Hex SHA-256 of the body, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

/** The credential scope: `20261122/us-east-1/lambda/aws4_request`. */
export interface CredentialScope {
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** One call costs a fifth of a Hash object; Node before 20.12 lacks it. */
const oneShot: { readonly hash?: typeof crypto.hash } = crypto;

export const sha256Hex = (data: string | Uint8Array): string =>
  oneShot.hash === undefined
    ? createHash('sha256').update(data).digest('hex')
    : oneShot.hash('sha256', data, 'hex');

/** Hex SHA-256 of nothing. */
export const EMPTY_PAYLOAD_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const hmac = (key: string | Uint8Array, data: string): Buffer =>
  createHmac('sha256', key).update(data).digest();

/** The key of one day, region and service; worth keeping, it costs four HMACs. */
export function signingKey(secret: string, scope: CredentialScope): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secret}`, scope.date), scope.region), scope.service), 'aws4_request');
}

/** RFC 3986 encoding as SigV4 wants it: everything but unreserved characters, upper-case hex. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Services whose paths are keys: they go into the signature as they are sent. */
const PLAIN_PATHS = new Set(['s3', 's3express', 's3-outposts', 's3-object-lambda']);

/** A path that stays as it is: most of those that are signed. */
const CANONICAL_PATH = /^(?:\/[\w~-][\w.~-]*)+$/;

function canonicalPath(path: string, service: string): string {
  if (CANONICAL_PATH.test(path) || PLAIN_PATHS.has(service)) return path;
  // Everybody else encodes the (already encoded) path once more, without empty and dot segments.
  const normal = path.includes('//') || path.includes('/.') ? withoutDots(path) : path;
  return normal
    .split('/')
    .map(segment => encodeRfc3986(segment))
    .join('/');
}

/** RFC 3986 §5.2.4, and no empty segments but a last one. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .filter(part => part !== '')
    .map(part => {
      const equals = part.indexOf('=');
      const key = equals < 0 ? part : part.slice(0, equals);
      const value = equals < 0 ? '' : part.slice(equals + 1);
      return [encodeRfc3986(decode(key)), encodeRfc3986(decode(value))] as const;
    })
    .sort((a, b) => (a[0] === b[0] ? compare(a[1], b[1]) : compare(a[0], b[0])))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Hex signature of a request. `amzDate` is `YYYYMMDDTHHMMSSZ`. Whoever signs with one key often hands it over as a
 * KeyObject: bytes are made into one with every call, which costs more than the rest.
 */
export function signature(
  key: Uint8Array | KeyObject,
  request: CanonicalRequest,
  scope: CredentialScope,
  amzDate: string,
): string {
  const question = request.url.indexOf('?');
  const path = question < 0 ? request.url : request.url.slice(0, question);
  const query = question < 0 ? '' : request.url.slice(question + 1);
  let headers = '';
  for (const name of request.signedHeaders) {
    // Names are the client's: one that every object inherits is no header.
    const value = Object.hasOwn(request.headers, name) ? (request.headers[name] ?? '') : '';
    headers += `${name}:${value.includes('  ') ? value.trim().replace(/ {2,}/g, ' ') : value.trim()}\n`;
  }
  const canonical = `${request.method}\n${canonicalPath(path || '/', scope.service)}\n${canonicalQuery(query)}\n${headers}\n${request.signedHeaders.join(';')}\n${request.payloadHash}`;
  const toSign = `AWS4-HMAC-SHA256\n${amzDate}\n${scope.date}/${scope.region}/${scope.service}/aws4_request\n${sha256Hex(canonical)}`;
  return createHmac('sha256', key).update(toSign).digest('hex');
}

export interface SignOptions {
  readonly method: string;
  /** Path and query as they will be sent. */
  readonly url: string;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly service: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly date: Date;
}

/** Headers to send with a request, `authorization` among them. */
export function sign(options: SignOptions): Record<string, string> {
  const amzDate = options.date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = { date: amzDate.slice(0, 8), region: options.region, service: options.service };
  const headers: Record<string, string> = { host: options.host, 'x-amz-date': amzDate };
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value;
  if (options.credentials.sessionToken !== undefined)
    headers['x-amz-security-token'] = options.credentials.sessionToken;
  const payloadHash = options.body === undefined ? EMPTY_PAYLOAD_HASH : sha256Hex(options.body);
  headers['x-amz-content-sha256'] = payloadHash;
  const signedHeaders = Object.keys(headers).sort(compare);
  const mac = signature(
    signingKey(options.credentials.secretAccessKey, scope),
    { method: options.method, url: options.url, headers, signedHeaders, payloadHash },
    scope,
    amzDate,
  );
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${options.credentials.accessKeyId}/${scope.date}/${scope.region}/${scope.service}/aws4_request, SignedHeaders=${signedHeaders.join(';')}, Signature=${mac}`;
  return headers;
}

export interface PresignOptions {
  readonly method: string;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Without a query. */
  readonly path: string;
  readonly service: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Seconds. */
  readonly expires: number;
  readonly date: Date;
}

/** A link that carries its own signature in the query, `http://HOST/PATH?X-Amz-…`, for a request without a body. */
export function presign(options: PresignOptions): string {
  const amzDate = options.date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = { date: amzDate.slice(0, 8), region: options.region, service: options.service };
  const credential = `${options.credentials.accessKeyId}/${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeRfc3986(credential)}&X-Amz-Date=${amzDate}&X-Amz-Expires=${options.expires}&X-Amz-SignedHeaders=host`;
  const url = `${options.path}?${query}`;
  const mac = signature(
    signingKey(options.credentials.secretAccessKey, scope),
    {
      method: options.method,
      url,
      headers: { host: options.host },
      signedHeaders: ['host'],
      payloadHash: EMPTY_PAYLOAD_HASH,
    },
    scope,
    amzDate,
  );
  return `http://${options.host}${url}&X-Amz-Signature=${mac}`;
}
