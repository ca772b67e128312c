/**
 * An AwsError as the client's protocol spells it. Most clients only recognise an error in their own protocol's shape, and
 * the gate often refuses before it knows more of a request than its headers.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from '../../protocol/awsError.ts';

export interface WireError {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

type Protocol = 'rest-json' | 'json' | 'cbor' | 'query' | 's3';

/** Services whose clients parse S3's own XML. */
const REST_XML = new Set(['s3', 's3express']);
const QUERY = new Set([
  'sts',
  'iam',
  'cloudformation',
  'sns',
  'ec2',
  'rds',
  'elasticloadbalancing',
  'autoscaling',
]);

function protocolOf(headers: IncomingHttpHeaders, service: string | undefined): Protocol {
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor';
  if (headers['x-amz-target'] !== undefined) return 'json';
  if (service !== undefined && REST_XML.has(service)) return 's3';
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) return 'query';
  return service !== undefined && QUERY.has(service) ? 'query' : 'rest-json';
}

/** Services of the query protocol have names of their own for what the gate says (IAM, common errors). */
const QUERY_NAMES: Readonly<Record<string, string>> = {
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  IncompleteSignatureException: 'IncompleteSignature',
  AccessDeniedException: 'AccessDenied',
};

const S3_NAMES: Readonly<Record<string, string>> = {
  ...QUERY_NAMES,
  MissingAuthenticationTokenException: 'AccessDenied',
  UnrecognizedClientException: 'InvalidAccessKeyId',
};

export function wireError(
  error: AwsError,
  headers: IncomingHttpHeaders,
  service: string | undefined,
  requestId: string,
): WireError {
  const own = { ...error.headers, 'x-amzn-RequestId': requestId };
  switch (protocolOf(headers, service)) {
    case 'rest-json':
      return {
        status: error.status,
        headers: { ...own, 'x-amzn-ErrorType': error.code, 'content-type': 'application/json' },
        body: JSON.stringify(restJsonMembers(error)),
      };
    case 'json':
      return {
        status: error.status,
        headers: {
          ...own,
          'x-amzn-ErrorType': error.code,
          'content-type': headers['content-type'] ?? 'application/x-amz-json-1.1',
        },
        body: JSON.stringify({ __type: error.code, message: error.message, ...error.members }),
      };
    case 'cbor':
      return {
        status: error.status,
        headers: {
          ...own,
          'x-amzn-ErrorType': error.code,
          'content-type': 'application/cbor',
          'smithy-protocol': 'rpc-v2-cbor',
        },
        body: cborStringMap({ __type: error.code, message: error.message }),
      };
    case 'query': {
      const code = QUERY_NAMES[error.code] ?? error.code;
      const type = error.status < 500 ? 'Sender' : 'Receiver';
      return {
        status: error.status,
        headers: { ...own, 'content-type': 'text/xml' },
        body: `<ErrorResponse><Error><Type>${type}</Type><Code>${code}</Code><Message>${xmlText(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      };
    }
    case 's3': {
      const code = S3_NAMES[error.code] ?? error.code;
      return {
        status: error.status,
        headers: { ...own, 'content-type': 'application/xml', 'x-amz-request-id': requestId },
        body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${xmlText(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`,
      };
    }
  }
}

/** Members as Lambda writes them (spec/lambda-service.md §1.1): `{"Type":"User","message":"…"}` and its variants. */
function restJsonMembers(error: AwsError): Record<string, unknown> {
  const message = { [error.messageKey]: error.message };
  return error.type === undefined
    ? { ...message, ...error.members }
    : { Type: error.type, ...message, ...error.members };
}

export const xmlText = (text: string): string =>
  text.replace(/[<>&"]/g, c => (c === '<' ? '&lt;' : c === '>' ? '&gt;' : c === '&' ? '&amp;' : '&quot;'));

/** RFC 8949: a map of text strings, which is all that an error needs. */
function cborStringMap(map: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(map);
  const parts = [Buffer.from([0xa0 + entries.length])];
  for (const text of entries.flat()) {
    const bytes = Buffer.from(text);
    const head = Buffer.alloc(5);
    head[0] = 0x7a;
    head.writeUInt32BE(bytes.length, 1);
    parts.push(head, bytes);
  }
  return Buffer.concat(parts);
}
