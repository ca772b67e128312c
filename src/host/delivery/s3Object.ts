/** Objects of S3, which is not embedded: they come from where S3 is pointed, or `--upstream`, by path-style GetObject. */
import { encodeRfc3986 } from '../../protocol/sigv4.ts';
import { parseArn, type ResourceArn } from './resourceArn.ts';
import type { UpstreamClient } from './upstreamClient.ts';

export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly region: string;
  /** Whose keys ask for it. */
  readonly accountId: string;
}

/** What S3 says when it does not hand an object over. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  /** `NoSuchKey` */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface S3Objects {
  /**
   * The object's bytes as they come. Rejects with an {@link S3Error}, also where there is no upstream, and with an AwsError
   * where it does not answer.
   */
  read(object: S3Object): Promise<AsyncGenerator<Buffer>>;
}

/** Most of an error's body that is looked at. */
const ERROR_BYTES = 64 * 1024;

/** @param pointed the endpoint that a bucket's ARN or S3 is pointed at */
export function createS3Objects(
  otherwise: UpstreamClient | undefined,
  pointed?: (arn: ResourceArn) => UpstreamClient | undefined,
): S3Objects {
  return {
    read: async object => {
      const arn = parseArn(`arn:aws:s3:::${object.bucket}`);
      const upstream = (arn === undefined ? undefined : pointed?.(arn)) ?? otherwise;
      if (upstream === undefined)
        throw new S3Error(
          'NotImplemented',
          `S3 is not embedded in Lamplight, so there is no s3://${object.bucket}/${object.key}. Start it with --upstream URL of an endpoint that has the bucket (LocalStack, moto or any other), or send the zip itself`,
        );
      const { status, body } = await upstream.open({
        service: 's3',
        region: object.region,
        accountId: object.accountId,
        method: 'GET',
        url: urlOf(object),
      });
      if (status === 200) return body;
      throw errorOf(status, await firstBytes(body));
    },
  };
}

function urlOf({ bucket, key, versionId }: S3Object): string {
  const path = [bucket, ...key.split('/')].map(encodeRfc3986).join('/');
  return `/${path}${versionId === undefined ? '' : `?versionId=${encodeRfc3986(versionId)}`}`;
}

async function firstBytes(body: AsyncGenerator<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= ERROR_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, ERROR_BYTES).toString('utf8');
}

/** By the document that S3 sends; by the status where there is none. */
function errorOf(status: number, xml: string): S3Error {
  const code =
    element(xml, 'Code') ?? (status === 404 ? 'NoSuchKey' : status === 403 ? 'AccessDenied' : String(status));
  const fallback =
    code === 'NoSuchKey' ? 'The specified key does not exist.' : `The endpoint answered ${status}`;
  return new S3Error(code, element(xml, 'Message') ?? fallback);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Text of the first element of that name. */
function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(lt|gt|amp|quot|apos);/g, (_, entity: string) => ENTITIES[entity] ?? '');
}
