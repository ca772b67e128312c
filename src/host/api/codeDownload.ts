/** The links in GetFunction's `Code.Location` and GetLayerVersion's `Content.Location`: signed with the owner's key, good for 10 minutes, served by this service. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { presign } from '../../protocol/sigv4.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { ApiCall, LambdaServiceOptions } from './call.ts';
import { resourceNotFound } from './errors.ts';

const PREFIX = '/lamplight-code/';
/** Seconds, as AWS's. */
const EXPIRES = 600;

/** Undefined where the code store has none: code that runs from its folder, and functions that were not built yet. */
export const codeLocation = (record: FunctionRecord, call: ApiCall): string | undefined =>
  'artifact' in record.code ? artifactLocation(record.code.artifact, call) : undefined;

/** Of a zip in the code store. */
export function artifactLocation(artifact: string, { host, request }: ApiCall): string {
  return presign({
    method: 'GET',
    // The address that the caller knows this host by.
    host: request.headers.host ?? '',
    path: `${PREFIX}${artifact}`,
    service: 'lambda',
    region: host.region,
    credentials: host.owner,
    expires: EXPIRES,
    date: new Date(host.clock.wallNow()),
  });
}

const ARTIFACT = new RegExp(`^${PREFIX}([0-9a-f]{64})$`);

/** Answers such a link; undefined for any other path. */
export async function downloadCode(
  request: ServiceRequest,
  host: LambdaServiceOptions,
): Promise<ServiceResponse | undefined> {
  const artifact = ARTIFACT.exec(request.path)?.[1];
  if (artifact === undefined || request.method !== 'GET') return undefined;
  const { code } = host.functions;
  const file = code.packageOf(artifact);
  const found = await stat(file).catch(() => undefined);
  // A copy of a folder is no zip before somebody wants one.
  if (found === undefined && !(await isThere(code.filesOf(artifact))))
    throw resourceNotFound('The code of this link has been removed.');
  return {
    status: 200,
    headers: {
      'content-type': 'application/zip',
      ...(found === undefined ? {} : { 'content-length': String(found.size) }),
    },
    body: response => {
      const bytes = found === undefined ? Readable.from(code.zipOf(artifact)) : createReadStream(file);
      pipeline(bytes, response, () => undefined);
    },
  };
}

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    () => false,
  );
