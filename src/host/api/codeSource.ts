/** Code as a request brings it, stored: what CreateFunction's `Code` and UpdateFunctionCode have in common. */
import { createHash } from 'node:crypto';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { LambdaServiceOptions } from './call.ts';
import { entityTooLarge, invalidParameter } from './errors.ts';

export interface CodeInput {
  readonly ZipFile?: Buffer;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly ImageUri?: string;
}

export type StoredCode = Pick<FunctionRecord, 'code' | 'codeSha256' | 'codeSize'>;

/** Inline zips; those from S3 may be larger. */
const MAX_ZIP_BYTES = 52_428_800;

/**
 * Checks and stores the code. Rejects with InvalidParameterValueException for none, too many or bad sources and
 * RequestEntityTooLargeException over 50 MB (error-messages.md rows 56, 59, 73, 77, C7).
 */
export async function storeCode(input: CodeInput, host: LambdaServiceOptions): Promise<StoredCode> {
  if (input.ZipFile !== undefined) {
    if (input.S3Bucket !== undefined || input.S3Key !== undefined || input.ImageUri !== undefined)
      throw invalidParameter('Please do not provide other FunctionCode parameters when providing a ZipFile.');
    if (input.ZipFile.length > MAX_ZIP_BYTES)
      throw entityTooLarge(`Zipped size must be smaller than ${MAX_ZIP_BYTES} bytes`);
    const { artifact, codeSha256, codeSize } = await host.functions.code.add(input.ZipFile);
    return { code: { kind: 'zip', artifact }, codeSha256, codeSize };
  }
  if (input.ImageUri !== undefined)
    return {
      code: { kind: 'image', imageUri: input.ImageUri },
      // AWS shows the digest of the image that it resolved; nothing is pulled here before it is needed.
      codeSha256: createHash('sha256').update(input.ImageUri).digest('hex'),
      codeSize: 0,
    };
  if (input.S3Bucket !== undefined || input.S3Key !== undefined)
    // There is no S3 here, so there is no such bucket either.
    throw invalidParameter(
      'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
    );
  throw invalidParameter('Please provide a source for function code.');
}
