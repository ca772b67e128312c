/**
 * Shapes of requests as data, in the model's terms, and the TypeScript types that follow from them. They are written by
 * hand for the operations there are; a generator from AWS's model can emit the same data.
 */
export interface StringShape {
  readonly type: 'string';
  readonly min?: number;
  readonly max?: number;
  /** A Java pattern that has to match the whole value; printed as it is. */
  readonly pattern?: string;
  readonly values?: readonly string[];
}

export interface IntegerShape {
  readonly type: 'integer';
  readonly min?: number;
  readonly max?: number;
}

export interface DoubleShape {
  readonly type: 'double';
  readonly min?: number;
  readonly max?: number;
}

export interface BooleanShape {
  readonly type: 'boolean';
}

/** base64 in JSON, bytes here. */
export interface BlobShape {
  readonly type: 'blob';
}

export interface ListShape<Member extends Shape = Shape> {
  readonly type: 'list';
  readonly member: Member;
  readonly min?: number;
  readonly max?: number;
  /** Violations of its members end with "Member must not be null" unless the model lets members be null. */
  readonly sparse?: boolean;
}

export interface MapShape<Value extends Shape = Shape> {
  readonly type: 'map';
  readonly key: StringShape;
  readonly value: Value;
  readonly min?: number;
  readonly max?: number;
  /** Its value is left out of messages. */
  readonly sensitive?: boolean;
}

export interface Member<S extends Shape = Shape, Required extends boolean = boolean> {
  readonly shape: S;
  readonly required: Required;
  /** Where it travels; `name` is that of the header, query parameter or path label. */
  readonly in: 'body' | 'path' | 'query' | 'header';
  readonly name?: string;
}

export interface StructureShape<
  Members extends Readonly<Record<string, Member>> = Readonly<Record<string, Member>>,
> {
  readonly type: 'structure';
  /** Violations are reported in this order. */
  readonly members: Members;
}

export type Shape =
  | StringShape
  | IntegerShape
  | DoubleShape
  | BooleanShape
  | BlobShape
  | ListShape
  | MapShape
  | { readonly type: 'structure'; readonly members: Readonly<Record<string, Member>> };

/** The value that a shape describes, after {@link import('./readValue.ts').readValue}. */
export type ValueOf<S> = S extends StringShape
  ? string
  : S extends IntegerShape | DoubleShape
    ? number
    : S extends BooleanShape
      ? boolean
      : S extends BlobShape
        ? Buffer
        : S extends { readonly type: 'list'; readonly member: infer M }
          ? readonly ValueOf<M>[]
          : S extends { readonly type: 'map'; readonly value: infer V }
            ? Readonly<Record<string, ValueOf<V>>>
            : S extends { readonly type: 'structure'; readonly members: infer M }
              ? StructureValue<M>
              : never;

type RequiredKeys<M> = {
  [K in keyof M]: M[K] extends { readonly required: true } ? K : never;
}[keyof M];

type MemberValue<M> = M extends { readonly shape: infer S } ? ValueOf<S> : never;

export type StructureValue<M> = {
  readonly [K in RequiredKeys<M>]: MemberValue<M[K]>;
} & {
  readonly [K in Exclude<keyof M, RequiredKeys<M>>]?: MemberValue<M[K]>;
};

export const string = (rules: Omit<StringShape, 'type'> = {}): StringShape => ({
  type: 'string',
  ...rules,
});
export const integer = (min?: number, max?: number): IntegerShape => ({
  type: 'integer',
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});
export const double = (min: number, max: number): DoubleShape => ({ type: 'double', min, max });
export const boolean: BooleanShape = { type: 'boolean' };
export const blob: BlobShape = { type: 'blob' };
export const list = <M extends Shape>(
  member: M,
  rules: Omit<ListShape, 'type' | 'member'> = {},
): ListShape<M> => ({ type: 'list', member, ...rules });
export const map = <V extends Shape>(
  key: StringShape,
  value: V,
  rules: Omit<MapShape, 'type' | 'key' | 'value'> = {},
): MapShape<V> => ({ type: 'map', key, value, ...rules });
export const structure = <const M extends Readonly<Record<string, Member>>>(
  members: M,
): StructureShape<M> => ({ type: 'structure', members });

export const optional = <S extends Shape>(shape: S): Member<S, false> => ({
  shape,
  required: false,
  in: 'body',
});
export const required = <S extends Shape>(shape: S): Member<S, true> => ({
  shape,
  required: true,
  in: 'body',
});
export const pathLabel = <S extends Shape>(shape: S): Member<S, true> => ({
  shape,
  required: true,
  in: 'path',
});
export const queryParameter = <S extends Shape>(shape: S): Member<S, false> => ({
  shape,
  required: false,
  in: 'query',
});
export const header = <S extends Shape>(shape: S, name: string): Member<S, false> => ({
  shape,
  required: false,
  in: 'header',
  name,
});
