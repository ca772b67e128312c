/**
 * What goes over the wire to and from an embedded service, said once for JSON and for the query protocol: input is read by
 * a shape, output is written by one. Only what the models of SQS and SNS need.
 */
export type Shape =
  { readonly type: 'string' | 'integer' | 'boolean' | 'blob' } | ListShape | MapShape | StructureShape;

export interface ListShape<E extends Shape = Shape> {
  readonly type: 'list';
  readonly of: E;
  /** Name of its elements in the query protocol, where they stand without a list around them. */
  readonly flat?: string;
}

export interface MapShape<V extends Shape = Shape> {
  readonly type: 'map';
  readonly of: V;
  readonly flat?: string;
  /** Query protocol's names of key and value; `key` and `value` where not said. */
  readonly key?: string;
  readonly value?: string;
}

export type Members = Readonly<Record<string, Shape>>;

export interface StructureShape<M extends Members = Members> {
  readonly type: 'structure';
  readonly members: M;
}

/** What a value of a shape is in the program. Whether a member is there is for the operation to check. */
export type ValueOf<S extends Shape> = S extends { readonly type: 'string' }
  ? string
  : S extends { readonly type: 'integer' }
    ? number
    : S extends { readonly type: 'boolean' }
      ? boolean
      : S extends { readonly type: 'blob' }
        ? Buffer
        : S extends ListShape<infer E>
          ? readonly ValueOf<E>[]
          : S extends MapShape<infer V>
            ? Readonly<Record<string, ValueOf<V>>>
            : S extends StructureShape<infer M>
              ? { readonly [K in keyof M]?: ValueOf<M[K]> | undefined }
              : never;

export const string = { type: 'string' } as const;
export const integer = { type: 'integer' } as const;
export const boolean = { type: 'boolean' } as const;
export const blob = { type: 'blob' } as const;

export const list = <E extends Shape>(of: E, flat?: string): ListShape<E> => ({
  type: 'list',
  of,
  ...(flat === undefined ? {} : { flat }),
});

export const map = <V extends Shape>(of: V, wire: Omit<MapShape, 'of' | 'type'> = {}): MapShape<V> => ({
  type: 'map',
  of,
  ...wire,
});

export const structure = <M extends Members>(members: M): StructureShape<M> => ({
  type: 'structure',
  members,
});
