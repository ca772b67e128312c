/**
 * An API operation: a function from its checked input to its output, under its name. What it takes, how it is called and
 * how its answer is written comes from the generated shapes (docs/architecture.md, "An API operation").
 */
import type { ServiceResponse } from '../gateway/service.ts';
import { authorize } from './authorize.ts';
import type { ApiCall } from './call.ts';
import { notSupported } from './errors.ts';
import { readInput } from './input.ts';
import { OPERATIONS } from './shapes/operations.generated.ts';
import type { OperationShape } from './shapes/shape.ts';
import type { OperationTypes } from './shapes/types.generated.ts';
import { writeOutput } from './writeOutput.ts';

export type OperationName = keyof OperationTypes;
export type InputOf<Name extends OperationName> = OperationTypes[Name]['input'];
export type OutputOf<Name extends OperationName> = Answer<OperationTypes[Name]['output']>;

/** As in the model, but that what is undefined is left out, what is null is written as null, and any text may stand for an enum's. */
export type Answer<T> = T extends string
  ? string
  : T extends number | boolean | Date | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Answer<Item>[]
      : {
          readonly [Key in keyof T]: object extends Pick<T, Key>
            ? Answer<T[Key]> | null | undefined
            : Answer<T[Key]>;
        };

/**
 * The input is in accordance with the model, unknown members are gone, nulls are absent. May throw an AwsError. Operations
 * that answer 204 return nothing.
 */
export type OperationHandler<Name extends OperationName> = (
  input: InputOf<Name>,
  call: ApiCall,
) => OutputOf<Name> | Promise<OutputOf<Name>>;

/** What one resource's file registers. */
export type OperationHandlers = { readonly [Name in OperationName]?: OperationHandler<Name> };

/** Reads the request and writes the answer by itself: the invocations, which are not JSON documents. */
export type RawOperation = (call: ApiCall) => ServiceResponse | Promise<ServiceResponse>;

/**
 * One table of all operations, each handler wrapped in reading, checking and writing. What no resource registers is checked
 * too, and then says that it is not supported. Throws where two register one name.
 */
export function operationTable(
  resources: readonly OperationHandlers[],
  raw: Readonly<Partial<Record<OperationName, RawOperation>>>,
): ReadonlyMap<OperationName, RawOperation> {
  const table = new Map(Object.entries(raw) as [OperationName, RawOperation][]);
  for (const resource of resources)
    for (const [key, handler] of Object.entries(resource)) {
      const name = key as OperationName;
      if (table.has(name)) throw new Error(`The operation ${name} is registered twice.`);
      table.set(name, wrap(OPERATIONS[name], handler as Handler));
    }
  for (const key of Object.keys(OPERATIONS)) {
    const name = key as OperationName;
    if (!table.has(name)) table.set(name, wrap(OPERATIONS[name], missing(name)));
  }
  return table;
}

type Handler = (input: unknown, call: ApiCall) => unknown;

const missing =
  (name: OperationName): Handler =>
  () => {
    throw notSupported(`The operation ${name}`);
  };

function wrap(shape: OperationShape, handler: Handler): RawOperation {
  return async call => {
    const input = readInput(call, shape.input);
    // AWS's order: what the model does not let through is told to those too who may not do it.
    authorize(call);
    return writeOutput(shape, await handler(input, call));
  };
}
