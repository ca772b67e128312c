/** AddPermission and RemovePermission: statements of the queue's policy, by label. */
import { invalidValue, required } from '../errors.ts';
import { queueAt, type SqsHost, type SqsOperations } from '../operation.ts';
import { withAttributes } from '../queueAttributes.ts';
import type { Queue } from '../queueTable.ts';

interface Policy {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

interface Statement {
  readonly Sid?: string;
  readonly [member: string]: unknown;
}

export const permissionOperations: Pick<SqsOperations, 'AddPermission' | 'RemovePermission'> = {
  AddPermission: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    const label = required(input.Label, 'Label');
    const accounts = required(input.AWSAccountIds, 'AWSAccountIds');
    const actions = required(input.Actions, 'Actions');
    const policy = readPolicy(queue);
    if (policy.Statement.some(({ Sid }) => Sid === label))
      throw invalidValue(label, 'Label', 'Already exists.');
    const statement: Statement = {
      Sid: label,
      Effect: 'Allow',
      Principal: { AWS: oneOrAll(accounts.map(account => `arn:aws:iam::${account}:root`)) },
      Action: oneOrAll(actions.map(action => `SQS:${action}`)),
      Resource: queue.arn,
    };
    write(host, queue, { ...policy, Statement: [...policy.Statement, statement] });
    return {};
  },
  RemovePermission: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    const label = required(input.Label, 'Label');
    const policy = readPolicy(queue);
    const left = policy.Statement.filter(({ Sid }) => Sid !== label);
    if (left.length === policy.Statement.length) throw invalidValue(label, 'Label', "can't find label.");
    write(host, queue, left.length === 0 ? undefined : { ...policy, Statement: left });
    return {};
  },
};

const oneOrAll = (values: readonly string[]): string | readonly string[] | undefined =>
  values.length === 1 ? values[0] : values;

function readPolicy(queue: Queue): Policy {
  const text = queue.attributes['Policy'];
  if (text === undefined)
    return { Version: '2008-10-17', Id: `${queue.arn}/SQSDefaultPolicy`, Statement: [] };
  const policy = JSON.parse(text) as Omit<Policy, 'Statement'> & {
    readonly Statement: Statement | readonly Statement[];
  };
  return { ...policy, Statement: [policy.Statement].flat() };
}

function write(host: SqsHost, queue: Queue, policy: Policy | undefined): void {
  const Policy = policy === undefined ? '' : JSON.stringify(policy);
  host.queues.table.update(queue, {
    attributes: withAttributes(queue.attributes, { Policy }),
    modifiedAt: host.clock.serviceNow(),
  });
}
