/** InvokeWithResponseStream (spec/lambda-service.md §5.5): an invocation like any other, whose answer goes out as it comes. */
import { AwsError } from '../../protocol/awsError.ts';
import { BUILD_ERROR_HEADER, CLIENT_HEADER } from '../../protocol/control.ts';
import { FAULT_HEADER, markText } from '../../protocol/faults.ts';
import type { ServiceResponse } from '../gateway/service.ts';
import type { StreamHead } from '../invoke/responseStream.ts';
import { authorize } from './authorize.ts';
import type { ApiCall } from './call.ts';
import { resolveFunction } from './functionName.ts';
import { readInput } from './input.ts';
import { checkPayload, headerText, NO_PAYLOAD, readClientContext, sourceOf } from './invokeFunction.ts';
import type { InputOf } from './operation.ts';
import { InvokeWithResponseStreamRequest } from './shapes/requests.generated.ts';
import { StreamedAnswer } from './streamedAnswer.ts';

/**
 * Until the function begins to answer it is refused as Invoke is; from then on what becomes of it is in the stream. A
 * client that goes away does not end it. X-Amz-Invocation-Type counts for nothing, as on AWS.
 */
export async function invokeWithResponseStream(call: ApiCall): Promise<ServiceResponse> {
  const { request, host } = call;
  const input = readInput(call, InvokeWithResponseStreamRequest) as InputOf<'InvokeWithResponseStream'>;
  authorize(call);
  const { name, qualifier } = resolveFunction(input.FunctionName, input.Qualifier, host);
  const { body } = request;
  checkPayload(body);
  const clientContext =
    input.ClientContext === undefined ? undefined : readClientContext(input.ClientContext);
  const traceId = request.headers['x-amzn-trace-id']?.toString();
  const stream = new StreamedAnswer();
  const invoked = host.invoke({
    functionName: name,
    ...(qualifier === undefined ? {} : { qualifier }),
    payload: body.length === 0 ? NO_PAYLOAD : body,
    type: 'RequestResponse',
    source: sourceOf(request.headers[CLIENT_HEADER]),
    requestId: request.requestId,
    stream,
    tail: input.LogType === 'Tail',
    ...(clientContext === undefined ? {} : { clientContext }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(input.TenantId === undefined ? {} : { tenantId: input.TenantId }),
    ...(request.caller.environmentId === undefined ? {} : { caller: request.caller.environmentId }),
  });
  const head: StreamHead = await Promise.race([stream.begun, invoked]);
  return {
    status: 200,
    headers: headersOf(head),
    body: response => {
      stream.sendTo(response);
      invoked.then(
        result => stream.complete(result),
        (error: unknown) => stream.fail(error instanceof AwsError ? error : INTERNAL),
      );
    },
  };
}

const INTERNAL = { code: 'ServiceException', message: 'The invocation ended by a mistake of the host.' };

function headersOf(head: StreamHead): Record<string, string> {
  return {
    'content-type': 'application/vnd.amazon.eventstream',
    // What a function calls its answer may be anything, also what no header can hold.
    'x-amzn-remapped-content-type': (head.contentType ?? 'application/json').replace(/[^\t\x20-\x7e]/g, '?'),
    ...(head.executedVersion === undefined ? {} : { 'X-Amz-Executed-Version': head.executedVersion }),
    ...(head.traceId === undefined ? {} : { 'X-Amzn-Trace-Id': head.traceId }),
    ...(head.buildError === undefined ? {} : { [BUILD_ERROR_HEADER]: headerText(head.buildError) }),
    ...(head.fault === undefined ? {} : { [FAULT_HEADER]: markText(head.fault) }),
  };
}
