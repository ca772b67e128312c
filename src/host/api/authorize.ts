/** What the keys of an execution environment may do (DESIGN.md rule 7); the owner's may do everything. */
import { functionArn } from '../functions/arn.ts';
import type { ApiCall } from './call.ts';
import { accessDenied } from './errors.ts';
import { splitName } from './functionName.ts';
import type { OperationName } from './operation.ts';

/** Operations by which a running function uses Lambda, beside those that only read. */
const USES: ReadonlySet<OperationName> = new Set<OperationName>([
  'Invoke',
  'InvokeAsync',
  'InvokeWithResponseStream',
  'CheckpointDurableExecution',
  'SendDurableExecutionCallbackSuccess',
  'SendDurableExecutionCallbackFailure',
  'SendDurableExecutionCallbackHeartbeat',
]);

const isAllowed = (operation: OperationName): boolean =>
  USES.has(operation) || operation.startsWith('Get') || operation.startsWith('List');

/** Throws AccessDeniedException, in IAM's words, when an environment's keys ask for a change. */
export function authorize({ request: { caller }, route, host }: ApiCall): void {
  if (caller.kind !== 'environment' || isAllowed(route.operation)) return;
  const label = route.labels['FunctionName'];
  const resource = label === undefined ? '*' : functionArn(host, splitName(label).name);
  throw accessDenied(
    `User: ${caller.arn} is not authorized to perform: lambda:${route.operation} on resource: ${resource} because no identity-based policy allows the lambda:${route.operation} action`,
  );
}
