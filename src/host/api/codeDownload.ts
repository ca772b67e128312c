/** The links in GetFunction's `Code.Location` and GetLayerVersion's `Content.Location`: signed with the owner's key, good for 10 minutes, served by this service. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { encodeRfc3986, presign } from '../../protocol/sigv4.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import { arnOf, type LayerVersion } from '../functions/layers/layerVersion.ts';
import { zipFolder } from '../functions/zipFolder.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { ApiCall, LambdaServiceOptions } from './call.ts';
import { resourceNotFound } from './errors.ts';

const PREFIX = '/lamplight-code/';
/** Of layers that follow a folder: the zip is made of what that has when the link is used. */
const LAYER_PREFIX = '/lamplight-layer/';
/** Seconds, as AWS's. */
const EXPIRES = 600;

/** Undefined where the code store has none: code that runs from its folder, and functions that were not built yet. */
export const codeLocation = (record: FunctionRecord, call: ApiCall): string | undefined =>
  'artifact' in record.code ? artifactLocation(record.code.artifact, call) : undefined;

/** Of a layer version; undefined where it has no files. */
export function layerLocation(layer: LayerVersion, call: ApiCall): string | undefined {
  const { content } = layer;
  if (content.kind === 'none') return undefined;
  return content.kind === 'zip'
    ? artifactLocation(content.artifact, call)
    : link(`${LAYER_PREFIX}${encodeRfc3986(arnOf(layer))}`, call);
}

const artifactLocation = (artifact: string, call: ApiCall): string => link(`${PREFIX}${artifact}`, call);

function link(path: string, { host, request }: ApiCall): string {
  return presign({
    method: 'GET',
    // The address that the caller knows this host by.
    host: request.headers.host ?? '',
    path,
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
  if (request.method !== 'GET') return undefined;
  if (request.path.startsWith(LAYER_PREFIX))
    return downloadLayer(decodeURIComponent(request.path.slice(LAYER_PREFIX.length)), host);
  const artifact = ARTIFACT.exec(request.path)?.[1];
  return artifact === undefined ? undefined : downloadArtifact(artifact, host);
}

async function downloadArtifact(artifact: string, host: LambdaServiceOptions): Promise<ServiceResponse> {
  const { code } = host.functions;
  const file = code.packageOf(artifact);
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined) return zipAnswer(() => createReadStream(file), found.size);
  // A copy of a folder is no zip before somebody wants one.
  if (!(await isThere(code.filesOf(artifact)))) throw removed();
  return zipAnswer(() => Readable.from(code.zipOf(artifact)));
}

async function downloadLayer(arn: string, host: LambdaServiceOptions): Promise<ServiceResponse> {
  const content = host.functions.layers.find(arn)?.content;
  if (content?.kind !== 'folder' || !(await isThere(content.root))) throw removed();
  return zipAnswer(() => Readable.from(zipFolder(content.root)));
}

const removed = (): Error => resourceNotFound('The code of this link has been removed.');

const zipAnswer = (open: () => Readable, size?: number): ServiceResponse => ({
  status: 200,
  headers: {
    'content-type': 'application/zip',
    ...(size === undefined ? {} : { 'content-length': String(size) }),
  },
  body: response => {
    pipeline(open(), response, () => undefined);
  },
});

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    () => false,
  );
