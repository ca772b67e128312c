import { BUILD_ERROR_HEADER, CLIENT_HEADER } from '../../protocol/control.ts';
import { FAULT_HEADER, markText } from '../../protocol/faults.ts';
import type { InvocationSource } from '../../protocol/model.ts';
import type { ServiceResponse } from '../gateway/service.ts';
import type { InvokeResult } from '../invoke/request.ts';
import { authorize } from './authorize.ts';
import type { ApiCall } from './call.ts';
import { entityTooLarge, invalidRequestContent, notSupported } from './errors.ts';
import { resolveFunction } from './functionName.ts';
import { readInput } from './input.ts';
import type { InputOf } from './operation.ts';
import { isJson, jsonProblem } from './jsonProblem.ts';
import { InvocationRequest, InvokeAsyncRequest } from './shapes/requests.generated.ts';

/** Bytes of a request, synchronous and asynchronous (spec/lambda-service.md §5.1). */
export const MAX_SYNC_BYTES = 6_291_456;
const MAX_ASYNC_BYTES = 1_048_576;
/** Bytes of the decoded client context. */
const MAX_CLIENT_CONTEXT = 3_583;

export const NO_PAYLOAD = Buffer.from('{}');

/** Of InvokeAsync (spec/lambda-service.md §5.4). */
const MAX_INVOKE_ASYNC_BYTES = 262_144;

export const payloadTooLarge = (limit: number): Error =>
  entityTooLarge(`Request must be smaller than ${limit} bytes for the InvokeFunction operation`);

/** Invoke: the payload's bytes go in as they are, and the answer's come out as they are. */
export async function invokeFunction(call: ApiCall): Promise<ServiceResponse> {
  const { request, host } = call;
  const input = readInvocation(call);
  authorize(call);
  if (input.DurableExecutionName !== undefined) throw notSupported('Invoke with DurableExecutionName');
  const { name, qualifier } = resolveFunction(input.FunctionName, input.Qualifier, host);
  const type = input.InvocationType ?? 'RequestResponse';
  const { body } = request;
  if (type === 'Event' && body.length > MAX_ASYNC_BYTES) throw payloadTooLarge(MAX_ASYNC_BYTES);
  checkPayload(body);
  const clientContext =
    type === 'RequestResponse' && input.ClientContext !== undefined
      ? readClientContext(input.ClientContext)
      : undefined;
  const traceId = request.headers['x-amzn-trace-id']?.toString();
  const result = await host.invoke({
    functionName: name,
    ...(qualifier === undefined ? {} : { qualifier }),
    payload: body.length === 0 ? NO_PAYLOAD : body,
    type,
    source: sourceOf(request.headers[CLIENT_HEADER]),
    requestId: request.requestId,
    tail: type === 'RequestResponse' && input.LogType === 'Tail',
    ...(clientContext === undefined ? {} : { clientContext }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(input.TenantId === undefined ? {} : { tenantId: input.TenantId }),
    ...(request.caller.environmentId === undefined ? {} : { caller: request.caller.environmentId }),
  });
  return answer(result);
}

/** The older way to invoke asynchronously: the payload is the body, and nothing else is said. */
export async function invokeAsync(call: ApiCall): Promise<ServiceResponse> {
  const { request, host } = call;
  const { FunctionName } = readInput(call, InvokeAsyncRequest) as InputOf<'InvokeAsync'>;
  authorize(call);
  const { name, qualifier } = resolveFunction(FunctionName, undefined, host);
  const { body } = request;
  if (body.length > MAX_INVOKE_ASYNC_BYTES)
    throw entityTooLarge(
      `Request must be smaller than ${MAX_INVOKE_ASYNC_BYTES} bytes for the InvokeAsync operation`,
    );
  checkPayload(body);
  const traceId = request.headers['x-amzn-trace-id']?.toString();
  await host.invoke({
    functionName: name,
    ...(qualifier === undefined ? {} : { qualifier }),
    payload: body,
    type: 'Event',
    source: sourceOf(request.headers[CLIENT_HEADER]),
    requestId: request.requestId,
    ...(traceId === undefined ? {} : { traceId }),
    ...(request.caller.environmentId === undefined ? {} : { caller: request.caller.environmentId }),
  });
  return { status: 202, headers: { 'content-type': 'application/json' }, body: '{"Status":202}' };
}

/** Throws InvalidRequestContentException where it is not JSON. */
export function checkPayload(body: Buffer): void {
  if (body.length > 0 && !isJson(body))
    throw invalidRequestContent(
      `Could not parse request body into json: Could not parse payload into json: ${jsonProblem(body)}`,
    );
}

export const sourceOf = (client: string | string[] | undefined): InvocationSource =>
  client === 'editor' || client === 'cli' ? client : 'api';

function answer(result: InvokeResult): ServiceResponse {
  if (result.status !== 200) return { status: result.status };
  return {
    status: 200,
    headers: {
      'content-type': result.contentType ?? 'application/json',
      'x-amzn-Remapped-Content-Length': '0',
      ...(result.executedVersion === undefined ? {} : { 'X-Amz-Executed-Version': result.executedVersion }),
      ...(result.functionError === undefined ? {} : { 'X-Amz-Function-Error': result.functionError }),
      ...(result.logTail === undefined ? {} : { 'X-Amz-Log-Result': result.logTail.toString('base64') }),
      ...(result.traceId === undefined ? {} : { 'X-Amzn-Trace-Id': result.traceId }),
      ...(result.buildError === undefined ? {} : { [BUILD_ERROR_HEADER]: headerText(result.buildError) }),
      ...(result.fault === undefined ? {} : { [FAULT_HEADER]: markText(result.fault) }),
    },
    body: result.payload ?? '',
  };
}

/** What the model's patterns and limits let through anyway. */
const PLAIN_NAME = /^[a-zA-Z0-9-_]{1,64}$/;
const PLAIN_QUALIFIER = /^[a-zA-Z0-9-_$]{1,128}$/;
const RARE_HEADERS = ['x-amz-durable-execution-name', 'x-amz-tenant-id', 'x-amz-client-context'];

/** The hot path, a plain name and what clients usually say beside it, pays nothing for the model. The payload is not read here. */
function readInvocation(call: ApiCall): InputOf<'Invoke'> {
  const name = call.route.labels['FunctionName'] ?? '';
  const { headers, query } = call.request;
  const qualifier = query.size === 0 ? null : query.get('Qualifier');
  const type = headers['x-amz-invocation-type'];
  const log = headers['x-amz-log-type'];
  const isUsual =
    PLAIN_NAME.test(name) &&
    (qualifier === null || PLAIN_QUALIFIER.test(qualifier)) &&
    (type === undefined || type === 'RequestResponse' || type === 'Event') &&
    (log === undefined || log === 'Tail' || log === 'None') &&
    RARE_HEADERS.every(header => headers[header] === undefined);
  if (!isUsual) return readInput(call, InvocationRequest) as InputOf<'Invoke'>;
  return {
    FunctionName: name,
    ...(qualifier === null ? {} : { Qualifier: qualifier }),
    ...(type === undefined ? {} : { InvocationType: type }),
    ...(log === undefined ? {} : { LogType: log }),
  };
}

/** Headers are ASCII, and short; the way over bytes mends a character that the cut has halved. */
export const headerText = (text: string): string =>
  encodeURIComponent(Buffer.from(text.replace(/\s*\n\s*/g, ' ').slice(0, 300)).toString());

/** base64 of a JSON object, decoded. */
export function readClientContext(text: string): string {
  const decoded = Buffer.from(text, 'base64');
  const isBase64 = /^[A-Za-z0-9+/_-]*={0,2}$/.test(text);
  if (!isBase64 || decoded.length > MAX_CLIENT_CONTEXT || decoded[0] !== 0x7b || !isJson(decoded))
    throw invalidRequestContent('Client context must be a valid Base64-encoded JSON object.');
  return decoded.toString('utf8');
}
