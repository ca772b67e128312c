/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]` */
export interface ArnScope {
  readonly region: string;
  /** 12 digits. */
  readonly accountId: string;
}

export function functionArn(scope: ArnScope, name: string, qualifier?: string): string {
  const arn = `arn:aws:lambda:${scope.region}:${scope.accountId}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}
