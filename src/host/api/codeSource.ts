/** Code as a request brings it, stored: what functions and layers have in common. */
import { createHash } from 'node:crypto';
import { S3Error } from '../delivery/s3Object.ts';
import type { Artifact } from '../functions/codeStore.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import { MAX_UNZIPPED_BYTES, tooBig } from '../functions/unpackZip.ts';
import type { ApiCall } from './call.ts';
import { entityTooLarge, invalidParameter, notSupported } from './errors.ts';

export interface ZipInput {
  readonly ZipFile?: Buffer;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly S3ObjectVersion?: string;
  readonly S3ObjectStorageMode?: string;
}

export interface CodeInput extends ZipInput {
  readonly ImageUri?: string;
}

export type StoredCode = Pick<FunctionRecord, 'code' | 'codeSha256' | 'codeSize'>;

/** Inline zips; those from S3 may be larger. */
const MAX_ZIP_BYTES = 52_428_800;

/**
 * Checks and stores the code. Rejects with InvalidParameterValueException for none, too many or bad sources and
 * RequestEntityTooLargeException over 50 MB (error-messages.md rows 56, 57, 59, 73, 74, 77, C7, C43).
 */
export async function storeCode(input: CodeInput, call: ApiCall): Promise<StoredCode> {
  if (input.ImageUri !== undefined && !namesZip(input))
    return {
      code: { kind: 'image', imageUri: input.ImageUri },
      // AWS shows the digest of the image that it resolved; nothing is pulled here before it is needed.
      codeSha256: createHash('sha256').update(input.ImageUri).digest('hex'),
      codeSize: 0,
    };
  if (input.ImageUri !== undefined) throw severalSources();
  const { artifact, codeSha256, codeSize } = await storeZip(input, call, 'function code');
  return { code: { kind: 'zip', artifact }, codeSha256, codeSize };
}

const namesZip = ({ ZipFile, S3Bucket, S3Key }: ZipInput): boolean =>
  ZipFile !== undefined || S3Bucket !== undefined || S3Key !== undefined;

/** The same for what can only be a zip. `what`: of which nothing was given. */
export async function storeZip(input: ZipInput, call: ApiCall, what: string): Promise<Artifact> {
  const { host } = call;
  if (input.ZipFile !== undefined) {
    if (input.S3Bucket !== undefined || input.S3Key !== undefined) throw severalSources();
    if (input.ZipFile.length > MAX_ZIP_BYTES)
      throw entityTooLarge(`Zipped size must be smaller than ${MAX_ZIP_BYTES} bytes`);
    return host.functions.code.add(input.ZipFile);
  }
  if (input.S3Bucket === undefined || input.S3Key === undefined)
    throw invalidParameter(`Please provide a source for ${what}.`);
  if (input.S3ObjectStorageMode === 'REFERENCE')
    throw notSupported('Code with S3ObjectStorageMode REFERENCE');
  try {
    const object = await host.objects.read({
      bucket: input.S3Bucket,
      key: input.S3Key,
      versionId: input.S3ObjectVersion,
      region: host.region,
      accountId: call.request.caller.accountId,
    });
    return await host.functions.code.addStream(limited(object));
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    throw invalidParameter(
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}

const severalSources = (): Error =>
  invalidParameter('Please do not provide other FunctionCode parameters when providing a ZipFile.');

/** What is larger before it is unzipped will not be smaller afterwards. */
async function* limited(zip: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of zip) {
    length += chunk.length;
    if (length > MAX_UNZIPPED_BYTES) throw tooBig();
    yield chunk;
  }
}
