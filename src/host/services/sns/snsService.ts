/** Amazon SNS on the one endpoint, in its query protocol. https://docs.aws.amazon.com/sns/latest/api/ */
import { AwsError } from '../../../protocol/awsError.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../../gateway/service.ts';
import { namedMember } from '../wire/namedMember.ts';
import { formOf, readQuery } from '../wire/readQuery.ts';
import { writeQuery, writeQueryError } from '../wire/writeQuery.ts';
import { snsError } from './errors.ts';
import type { SnsCall, SnsHost, SnsOperations } from './operation.ts';
import { permissionOperations } from './operations/permissionOperations.ts';
import { publishOperations } from './operations/publishOperations.ts';
import { confirm, subscriptionOperations } from './operations/subscriptionOperations.ts';
import { topicOperations } from './operations/topicOperations.ts';
import { SNS_SHAPES, type SnsOperation } from './shapes.ts';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';
/** Ten messages of 256 KiB percent-encoded. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Links that confirm subscriptions; the host signs them. */
export const CONFIRM_PATH = '/confirm-subscription/';

const OPERATIONS: SnsOperations = {
  ...permissionOperations,
  ...publishOperations,
  ...subscriptionOperations,
  ...topicOperations,
};

export function createSnsService(host: SnsHost): Service {
  return {
    scope: 'sns',
    maxBodyBytes: MAX_BODY_BYTES,
    handle: request => Promise.resolve().then(() => answer(host, request)),
    arnOf: request =>
      namedMember(request, 'TopicArn', 'TargetArn', 'ResourceArn') ??
      topicOf(namedMember(request, 'SubscriptionArn')),
    tooLarge: () =>
      new AwsError('RequestEntityTooLarge', 413, `Request must be smaller than ${MAX_BODY_BYTES} bytes`),
  };
}

/** A subscription is where its topic is; its ARN is the topic's and an id. */
const topicOf = (subscriptionArn: string | undefined): string | undefined =>
  /^(arn:(?:[^:]*:){4}[^:]+):[^:]+$/.exec(subscriptionArn ?? '')?.[1];

function answer(host: SnsHost, request: ServiceRequest): ServiceResponse {
  const { requestId } = request;
  const headers = { 'content-type': 'text/xml' };
  try {
    return { status: 200, headers, body: run(host, request) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const body = writeQueryError({
      code: error.code === 'SerializationException' ? 'MalformedInput' : error.code,
      message: error.message,
      isSenders: error.status < 500,
      namespace: NAMESPACE,
      requestId,
    });
    return { status: error.status, headers, body };
  }
}

const isOperation = (name: string): name is SnsOperation => Object.hasOwn(OPERATIONS, name);

/** Each operation takes and gives what its shapes say; here they are any. */
type AnyOperation = (call: Omit<SnsCall<SnsOperation>, 'input'> & { readonly input: unknown }) => object;

function run(host: SnsHost, request: ServiceRequest): string {
  const { caller, path, requestId } = request;
  const wire = { namespace: NAMESPACE, requestId };
  if (path.startsWith(CONFIRM_PATH)) {
    const output = { SubscriptionArn: confirm(host, path.slice(CONFIRM_PATH.length)).arn };
    const action = 'ConfirmSubscription';
    return writeQuery({ ...wire, action, shape: SNS_SHAPES[action].output, output });
  }
  const form = formOf(request.query, request.body);
  const action = form.get('Action');
  if (action === null) throw snsError('MissingAction', 'The request must contain the parameter Action.');
  if (!isOperation(action))
    throw snsError(
      'UnsupportedOperation',
      `The operation ${action} of SNS is not supported by Lamplight.`,
      501,
    );
  if (caller.accountId !== host.accountId)
    throw snsError(
      'AuthorizationError',
      `User: ${caller.arn} is not authorized to perform: SNS:${action}: this host keeps the topics of ${host.accountId}. Start with --account ${caller.accountId} for its own.`,
      403,
    );
  const { input, output: shape } = SNS_SHAPES[action];
  const output = (OPERATIONS[action] as AnyOperation)({
    host,
    input: readQuery(input, form),
    caller,
    traceId: request.headers['x-amzn-trace-id']?.toString(),
    origin: `http://${request.headers.host ?? 'localhost'}`,
  });
  return writeQuery(shape === undefined ? { ...wire, action } : { ...wire, action, shape, output });
}
