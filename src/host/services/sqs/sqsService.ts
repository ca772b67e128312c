/**
 * Amazon SQS on the one endpoint, in both of its protocols: AWS JSON 1.0, and the query protocol of older SDKs and of the
 * AWS CLI that distributions bring. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
 */
import { AwsError } from '../../../protocol/awsError.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../../gateway/service.ts';
import { readJson } from '../wire/readJson.ts';
import { formOf, readQuery } from '../wire/readQuery.ts';
import { writeJson } from '../wire/writeJson.ts';
import { writeQuery, writeQueryError } from '../wire/writeQuery.ts';
import { authorize } from './authorize.ts';
import { spellingOf, sqsError } from './errors.ts';
import { namedQueue } from './namedQueue.ts';
import type { SqsCall, SqsHost, SqsOperations } from './operation.ts';
import { attributeOperations } from './operations/attributeOperations.ts';
import { moveTaskOperations } from './operations/moveTaskOperations.ts';
import { permissionOperations } from './operations/permissionOperations.ts';
import { queueOperations } from './operations/queueOperations.ts';
import { receiveOperations } from './operations/receiveOperations.ts';
import { sendOperations } from './operations/sendOperations.ts';
import { SQS_SHAPES, type SqsOperation } from './shapes.ts';

const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';
const TARGET = 'AmazonSQS.';
const JSON_TYPE = 'application/x-amz-json-1.0';

/** A batch of 1 MiB, percent-encoded or with every character escaped, and its attributes. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

const OPERATIONS: SqsOperations = {
  ...attributeOperations,
  ...moveTaskOperations,
  ...permissionOperations,
  ...queueOperations,
  ...receiveOperations,
  ...sendOperations,
};

export function createSqsService(host: SqsHost): Service {
  return {
    scope: 'sqs',
    maxBodyBytes: MAX_BODY_BYTES,
    handle: request =>
      request.headers['x-amz-target'] === undefined ? handleQuery(host, request) : handleJson(host, request),
    arnOf: (request, pointed) => namedQueue(host, request, pointed),
    tooLarge: () =>
      new AwsError('RequestEntityTooLarge', 413, `Request must be smaller than ${MAX_BODY_BYTES} bytes`),
  };
}

async function handleJson(host: SqsHost, request: ServiceRequest): Promise<ServiceResponse> {
  try {
    const target = String(request.headers['x-amz-target']);
    const operation = target.startsWith(TARGET) ? target.slice(TARGET.length) : '';
    if (!isOperation(operation)) throw sqsError('UnknownOperationException', '');
    const output = await run(host, request, operation, readJson(SQS_SHAPES[operation].input, request.body));
    return { status: 200, headers: { 'content-type': JSON_TYPE }, body: writeJson(output) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { space, query } = spellingOf(error.code);
    return {
      status: error.status,
      headers: {
        'content-type': JSON_TYPE,
        'x-amzn-query-error': `${query};${error.status < 500 ? 'Sender' : 'Receiver'}`,
      },
      body: JSON.stringify({ __type: `${space}#${error.code}`, message: error.message }),
    };
  }
}

async function handleQuery(host: SqsHost, request: ServiceRequest): Promise<ServiceResponse> {
  const { requestId } = request;
  const headers = { 'content-type': 'text/xml' };
  try {
    const form = formOf(request.query, request.body);
    const action = form.get('Action');
    if (action === null)
      throw sqsError('MissingRequiredParameterException', 'The request must contain the parameter Action.');
    if (!isOperation(action))
      throw sqsError('UnknownOperationException', `The action ${action} is not valid for this endpoint.`);
    // Older clients name the queue by the path that they send to.
    if (!form.has('QueueUrl') && request.path !== '/') form.set('QueueUrl', request.path);
    const { input, output: shape } = SQS_SHAPES[action];
    const output = await run(host, request, action, readQuery(input, form));
    const hasOutput = Object.keys(shape.members).length > 0;
    const answer = { action, namespace: NAMESPACE, requestId };
    return {
      status: 200,
      headers,
      body: writeQuery(hasOutput ? { ...answer, shape, output } : answer),
    };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const body = writeQueryError({
      code: spellingOf(error.code).query,
      message: error.code === 'QueueDoesNotExist' ? NO_QUEUE_IN_QUERY : error.message,
      isSenders: error.status < 500,
      namespace: NAMESPACE,
      requestId,
    });
    return { status: error.status, headers, body };
  }
}

/** Recorded: the query protocol has words of its own. */
const NO_QUEUE_IN_QUERY = 'The specified queue does not exist for this wsdl version.';

const isOperation = (name: string): name is SqsOperation => Object.hasOwn(OPERATIONS, name);

/** Each operation takes and gives what its shapes say; here they are any. */
type AnyOperation = (call: Omit<SqsCall<SqsOperation>, 'input'> & { readonly input: unknown }) => unknown;

async function run(
  host: SqsHost,
  request: ServiceRequest,
  operation: SqsOperation,
  input: { readonly QueueUrl?: string | undefined } | object,
): Promise<object> {
  authorize(host, request.caller, operation, 'QueueUrl' in input ? input.QueueUrl : undefined);
  const answer = await (OPERATIONS[operation] as AnyOperation)({
    host,
    input,
    caller: request.caller,
    origin: `http://${request.headers.host ?? 'localhost'}`,
    traceHeader: request.headers['x-amzn-trace-id']?.toString(),
    signal: request.signal,
  });
  return answer as object;
}
