/**
 * What a request says of its signature, in a header or in its query, taken apart but not yet believed.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html and recorded answers.
 */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../../protocol/awsError.ts';
import type { CredentialScope } from '../../protocol/sigv4.ts';

export interface Authorization {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly amzDate: string;
  /** The same as epoch milliseconds. */
  readonly signedAt: number;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** Seconds that a presigned URL is good for; absent for the header form. */
  readonly expires?: number;
  /** Path and query without the signature, as it went into the signature. */
  readonly url: string;
  /** `x-amz-content-sha256`, where the client sent one. */
  readonly contentSha256: string | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Throws MissingAuthenticationTokenException, IncompleteSignatureException or InvalidSignatureException. */
export function readAuthorization(url: string, headers: IncomingHttpHeaders): Authorization {
  if (headers.authorization !== undefined) return fromHeader(headers.authorization, url, headers);
  const question = url.indexOf('?');
  const query = question < 0 ? '' : url.slice(question + 1);
  if (query.includes('X-Amz-Signature=') || query.includes('X-Amz-Algorithm='))
    return fromQuery(query, url, question, headers);
  throw new AwsError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token', {
    type: undefined,
  });
}

function fromHeader(authorization: string, url: string, headers: IncomingHttpHeaders): Authorization {
  const parts: Partial<Record<string, string>> = {};
  const amzDate = headers['x-amz-date']?.toString() ?? fromHttpDate(headers.date);
  if (authorization.startsWith(ALGORITHM)) {
    for (const part of authorization.slice(ALGORITHM.length).split(',')) {
      const trimmed = part.trim();
      if (trimmed === '') continue;
      const equals = trimmed.indexOf('=');
      if (equals < 0)
        throw incomplete(
          `'${trimmed}' not a valid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hashed(authorization)}'.`,
        );
      parts[trimmed.slice(0, equals)] = trimmed.slice(equals + 1);
    }
  }
  const { Credential, Signature, SignedHeaders } = parts;
  if (
    Credential === undefined ||
    Signature === undefined ||
    SignedHeaders === undefined ||
    amzDate === undefined
  ) {
    const missing = [
      ['Credential', Credential],
      ['Signature', Signature],
      ['SignedHeaders', SignedHeaders],
    ].flatMap(([name, value]) =>
      value === undefined ? [`Authorization header requires '${String(name)}' parameter.`] : [],
    );
    if (amzDate === undefined)
      missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    throw incomplete(
      `${missing.join(' ')} (Hashed with SHA-256 and encoded with Base64) Authorization=${hashed(authorization)}`,
    );
  }
  return {
    ...readCredential(Credential, amzDate),
    signedHeaders: readSignedHeaders(SignedHeaders),
    signature: Signature,
    sessionToken: headers['x-amz-security-token']?.toString(),
    url,
    contentSha256: headers['x-amz-content-sha256']?.toString(),
  };
}

function fromQuery(
  query: string,
  url: string,
  question: number,
  headers: IncomingHttpHeaders,
): Authorization {
  const values = new URLSearchParams(query);
  const algorithm = values.get('X-Amz-Algorithm');
  const credential = values.get('X-Amz-Credential');
  const signature = values.get('X-Amz-Signature');
  const signedHeaders = values.get('X-Amz-SignedHeaders');
  const amzDate = values.get('X-Amz-Date');
  const missing = Object.entries({
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': credential,
    'X-Amz-Signature': signature,
    'X-Amz-SignedHeaders': signedHeaders,
    'X-Amz-Date': amzDate,
  }).flatMap(([name, value]) =>
    value === null ? [`AWS query-string parameters must include '${name}'.`] : [],
  );
  if (
    credential === null ||
    signature === null ||
    signedHeaders === null ||
    amzDate === null ||
    missing.length > 0
  )
    throw incomplete(missing.join(' '));
  if (algorithm !== ALGORITHM) throw incomplete(`Unsupported AWS 'algorithm': '${algorithm ?? ''}'.`);
  const expires = Number(values.get('X-Amz-Expires') ?? '900');
  if (!Number.isInteger(expires) || expires < 0 || expires > 604_800)
    throw incomplete("'X-Amz-Expires' must be a number of seconds up to 604800.");
  const unsigned = query
    .split('&')
    .filter(part => !part.startsWith('X-Amz-Signature='))
    .join('&');
  const read = readCredential(credential, amzDate);
  return {
    ...read,
    signedHeaders: readSignedHeaders(signedHeaders),
    signature,
    sessionToken: values.get('X-Amz-Security-Token') ?? undefined,
    expires,
    url: `${url.slice(0, question)}?${unsigned}`,
    contentSha256:
      headers['x-amz-content-sha256']?.toString() ??
      values.get('X-Amz-Content-Sha256') ??
      // Links of S3 never cover a body; those of other services cover the empty one.
      (read.scope.service === 's3' ? 'UNSIGNED-PAYLOAD' : undefined),
  };
}

type CredentialPart = Pick<Authorization, 'accessKeyId' | 'scope' | 'amzDate' | 'signedAt'>;

/** A busy client sends the same within one second. */
let lastRead: { readonly credential: string; readonly part: CredentialPart } | undefined;

function readCredential(credential: string, amzDate: string): CredentialPart {
  if (lastRead?.credential !== credential || lastRead.part.amzDate !== amzDate)
    lastRead = { credential, part: parseCredential(credential, amzDate) };
  return lastRead.part;
}

function parseCredential(credential: string, amzDate: string): CredentialPart {
  const [accessKeyId, date, region, service, terminator, ...more] = credential.split('/');
  if (
    accessKeyId === undefined ||
    date === undefined ||
    region === undefined ||
    service === undefined ||
    terminator === undefined ||
    more.length > 0
  )
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  if (terminator !== 'aws4_request')
    throw invalidSignature(
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`,
    );
  if (service === '') throw invalidSignature("Credential should be scoped to correct service: ''. ");
  const signedAt = fromAmzDate(amzDate);
  if (signedAt === undefined)
    throw incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${amzDate}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  if (!amzDate.startsWith(date) || date.length !== 8)
    throw invalidSignature(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${amzDate.slice(0, 8)}', from '${amzDate}'.`,
    );
  return { accessKeyId, scope: { date, region, service }, amzDate, signedAt };
}

function readSignedHeaders(text: string): readonly string[] {
  const names = text.split(';');
  if (!names.includes('host'))
    throw invalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  return names;
}

const fromHttpDate = (date: string | undefined): string | undefined => {
  const parsed = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(parsed) ? undefined : toAmzDate(parsed);
};

/** `20260915T115333Z` */
export const toAmzDate = (epochMs: number): string =>
  new Date(epochMs).toISOString().replace(/[-:]|\.\d{3}/g, '');

function fromAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

/** Nobody wants a signature in a log. */
const hashed = (authorization: string): string => createHash('sha256').update(authorization).digest('base64');

const incomplete = (message: string): AwsError =>
  new AwsError('IncompleteSignatureException', 403, message, { type: undefined });

export const invalidSignature = (message: string): AwsError =>
  new AwsError('InvalidSignatureException', 403, message, { type: undefined });
