/** Which queue a request names, before it is read: the settings may point that one elsewhere. */
import { parseArn } from '../../delivery/resourceArn.ts';
import type { PointedArns, ServiceRequest } from '../../gateway/service.ts';
import { namedMember } from '../wire/namedMember.ts';
import type { SqsHost } from './operation.ts';

/**
 * Its ARN among those that are pointed. Names and URLs of queues tell no region: it is that of the signature, else, unless
 * the queue is here or is to be created, that of the pointed queue with the same account and name.
 */
export function namedQueue(
  host: Pick<SqsHost, 'accountId' | 'region' | 'queues'>,
  request: Pick<ServiceRequest, 'headers' | 'query' | 'body' | 'path'>,
  { region, arns }: PointedArns,
): string | undefined {
  // Of tasks that move messages.
  const source = namedMember(request, 'SourceArn');
  if (source !== undefined) return source;
  const { accountId, name } = accountAndName(host, request);
  const equal = arns.flatMap(text => {
    const arn = parseArn(text);
    return arn?.service === 'sqs' && arn.accountId === accountId && arn.resource === name ? [arn] : [];
  });
  const exact = equal.find(arn => arn.region === region);
  if (exact !== undefined) return exact.text;
  const isOurs = accountId === host.accountId && region === host.region;
  if (isCreation(request) || (isOurs && host.queues.table.get(name) !== undefined)) return undefined;
  return equal[0]?.text;
}

type Named = Pick<ServiceRequest, 'headers' | 'query' | 'body' | 'path'>;

function accountAndName(
  host: Pick<SqsHost, 'accountId'>,
  request: Named,
): { readonly accountId: string; readonly name: string } {
  const url = namedMember(request, 'QueueUrl');
  const queueName = url === undefined ? namedMember(request, 'QueueName') : undefined;
  if (queueName !== undefined)
    return {
      accountId: namedMember(request, 'QueueOwnerAWSAccountId') ?? host.accountId,
      name: queueName,
    };
  // Older clients name the queue by the path that they send to.
  const [name = '', account = ''] = (url ?? request.path).replace(/\/+$/, '').split('/').reverse();
  return { accountId: /^\d{12}$/.test(account) ? account : host.accountId, name };
}

const isCreation = (request: Named): boolean =>
  (request.headers['x-amz-target']?.toString() ?? namedMember(request, 'Action')) ===
  (request.headers['x-amz-target'] === undefined ? 'CreateQueue' : 'AmazonSQS.CreateQueue');
