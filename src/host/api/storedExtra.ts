/** Members that are stored and answered as given; the work that gives them meaning takes them from there. */
import type { FunctionRecord } from '../functions/functionRecord.ts';

interface ExtraInput {
  readonly VpcConfig?: {
    readonly SubnetIds?: readonly string[];
    readonly SecurityGroupIds?: readonly string[];
    readonly Ipv6AllowedForDualStack?: boolean;
  };
  readonly DeadLetterConfig?: { readonly TargetArn?: string };
  readonly KMSKeyArn?: string;
  readonly FileSystemConfigs?: readonly unknown[];
  readonly SnapStart?: { readonly ApplyOn?: string };
}

/** What is absent from `input` stays as it was; what is empty is cleared, with AWS's exceptions. */
export function storedExtra(
  before: FunctionRecord['extra'],
  input: ExtraInput,
): Readonly<Record<string, unknown>> {
  const extra: Record<string, unknown> = { ...before };
  const set = (key: string, value: unknown): void => {
    if (value === undefined) Reflect.deleteProperty(extra, key);
    else extra[key] = value;
  };
  const { VpcConfig: vpc, DeadLetterConfig: deadLetter } = input;
  if (vpc !== undefined) {
    const empty = (vpc.SubnetIds ?? []).length === 0 && (vpc.SecurityGroupIds ?? []).length === 0;
    set(
      'VpcConfig',
      empty
        ? undefined
        : {
            SubnetIds: vpc.SubnetIds ?? [],
            SecurityGroupIds: vpc.SecurityGroupIds ?? [],
            VpcId: '',
            Ipv6AllowedForDualStack: vpc.Ipv6AllowedForDualStack ?? false,
          },
    );
  }
  // `{}` keeps and an empty ARN clears (recorded).
  if (deadLetter?.TargetArn !== undefined)
    set('DeadLetterConfig', deadLetter.TargetArn === '' ? undefined : { TargetArn: deadLetter.TargetArn });
  if (input.KMSKeyArn !== undefined) set('KMSKeyArn', input.KMSKeyArn === '' ? undefined : input.KMSKeyArn);
  if (input.FileSystemConfigs !== undefined)
    set('FileSystemConfigs', input.FileSystemConfigs.length === 0 ? undefined : input.FileSystemConfigs);
  if (input.SnapStart?.ApplyOn !== undefined) set('SnapStart', { ApplyOn: input.SnapStart.ApplyOn });
  return extra;
}
