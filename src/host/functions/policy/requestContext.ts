/** Who asks for what, under which circumstances: all that a policy is held against. */

export type Requester =
  /** `arn` of an account's root, a user, a role or a role's session; `accountId` is its account. */
  | { readonly kind: 'aws'; readonly accountId: string; readonly arn: string }
  /** An AWS service by its principal, `sns.amazonaws.com`. */
  | { readonly kind: 'service'; readonly service: string }
  /** Nobody: an unsigned request to a function URL. */
  | { readonly kind: 'anonymous' };

/** Condition keys of one request; their names are compared without regard to case. */
export class RequestContext {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  /** What is undefined, and what has no value at all, is not part of the request. */
  constructor(keys: Readonly<Record<string, string | readonly string[] | undefined>>) {
    this.#values = new Map(
      Object.entries(keys)
        .filter((entry): entry is [string, string | readonly string[]] => entry[1] !== undefined)
        .map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value] as const)
        .filter(([, values]) => values.length > 0),
    );
  }

  /** All values of a key; undefined where the request does not have it. */
  values(key: string): readonly string[] | undefined {
    return this.#values.get(key.toLowerCase());
  }

  /** The value of a key that has exactly one. */
  single(key: string): string | undefined {
    const values = this.values(key);
    return values?.length === 1 ? values[0] : undefined;
  }
}

export interface PolicyRequest {
  readonly requester: Requester;
  /** `lambda:InvokeFunction` */
  readonly action: string;
  /** Complete ARN, with the qualifier that was asked for. */
  readonly resource: string;
  readonly context: RequestContext;
}
