/** Shapes of requests and answers as data, in the model's terms. `node scripts/model.mjs` writes them. */
export interface StringShape {
  readonly type: 'string';
  readonly min?: number;
  readonly max?: number;
  /** A Java pattern that has to match the whole value; printed as it is. */
  readonly pattern?: string;
  readonly values?: readonly string[];
  /** Its value is left out of messages. */
  readonly sensitive?: boolean;
}

export interface NumberShape {
  /** 32 bits, 64 bits (as far as a JavaScript number goes), fractions. */
  readonly type: 'integer' | 'long' | 'double';
  readonly min?: number;
  readonly max?: number;
}

/** base64 in JSON, bytes here. */
export interface BlobShape {
  readonly type: 'blob';
  readonly min?: number;
  readonly max?: number;
  readonly sensitive?: boolean;
}

export interface PlainShape {
  /** `timestamp`: epoch seconds in JSON, ISO 8601 in a query; a Date here. */
  readonly type: 'boolean' | 'timestamp';
}

export interface ListShape {
  readonly type: 'list';
  readonly member: Shape;
  readonly min?: number;
  readonly max?: number;
  /** Violations of its members end with "Member must not be null" unless the model lets members be null. */
  readonly sparse?: boolean;
  /** A set that is checked for the list as a whole; `printed` in the message, which may be older than what is `accepted`. */
  readonly oneOf?: { readonly printed: readonly string[]; readonly accepted: readonly string[] };
}

export interface MapShape {
  readonly type: 'map';
  readonly key: StringShape;
  readonly value: Shape;
  readonly min?: number;
  readonly max?: number;
  /** Its value is left out of messages. */
  readonly sensitive?: boolean;
}

export interface Member {
  readonly shape: Shape;
  readonly required: boolean;
  /** `payload`: the whole body is this member. */
  readonly in: 'body' | 'path' | 'query' | 'header' | 'payload';
  /** Of the header, query parameter or path label, where it is not the member's own. */
  readonly name?: string;
}

export interface StructureShape {
  readonly type: 'structure';
  /** Violations are reported in this order. */
  readonly members: Readonly<Record<string, Member>>;
}

export type Shape =
  StringShape | NumberShape | BlobShape | PlainShape | ListShape | MapShape | StructureShape;

/** Where an answer has timestamps; what is not named is plain JSON. */
export type Written =
  'timestamp' | { readonly each: Written } | { readonly members: Readonly<Record<string, Written>> };

export interface OperationShape {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Labels in braces stand for one path segment; behind `?`, what tells it from another operation of that path. */
  readonly path: string;
  /** Of an answer without an error. */
  readonly status: number;
  readonly input: StructureShape;
  readonly output?: Written;
}

type Rules<S> = Omit<S, 'type' | 'member' | 'key' | 'value'>;
type Presence = 'required' | 'optional';

export const string = (rules: Rules<StringShape> = {}): StringShape => ({ type: 'string', ...rules });
export const integer = (rules: Rules<NumberShape> = {}): NumberShape => ({ type: 'integer', ...rules });
export const long = (rules: Rules<NumberShape> = {}): NumberShape => ({ type: 'long', ...rules });
export const double = (rules: Rules<NumberShape> = {}): NumberShape => ({ type: 'double', ...rules });
export const boolean = (): PlainShape => ({ type: 'boolean' });
export const timestamp = (): PlainShape => ({ type: 'timestamp' });
export const blob = (rules: Rules<BlobShape> = {}): BlobShape => ({ type: 'blob', ...rules });
export const list = (member: Shape, rules: Rules<ListShape> = {}): ListShape => ({
  type: 'list',
  member,
  ...rules,
});
export const map = (key: StringShape, value: Shape, rules: Rules<MapShape> = {}): MapShape => ({
  type: 'map',
  key,
  value,
  ...rules,
});
export const structure = (members: Readonly<Record<string, Member>>): StructureShape => ({
  type: 'structure',
  members,
});

const member =
  (place: Member['in']) =>
  (shape: Shape, presence: Presence = 'optional', name?: string): Member => ({
    shape,
    required: presence === 'required',
    in: place,
    ...(name === undefined ? {} : { name }),
  });

export const inBody = member('body');
export const pathLabel = member('path');
export const queryParameter = member('query');
export const header = member('header');
export const payload = member('payload');
