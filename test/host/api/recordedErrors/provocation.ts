import type { OperationName } from '../../../../src/host/api/operation.ts';
import { apiRequest, type ApiRequest, type Input } from '../../../helpers/apiRequest.ts';
import type { World } from './world.ts';

/**
 * How one row is provoked: whatever it needs, then the request that has to be refused with the row's words. Two requests
 * where two operations share the row.
 */
export type Provocation = (world: World) => Provoked | Promise<Provoked>;
export type Provoked = ApiRequest | readonly ApiRequest[];

/** One resource's rows, by their numbers. */
export type Provocations = Readonly<Record<string, Provocation>>;

/** The request that is refused. */
export const ask = (operation: OperationName, input: Input = {}): ApiRequest => apiRequest(operation, input);

/** A row that needs nothing but the request. */
export const plainly =
  (operation: OperationName, input: Input = {}): Provocation =>
  () =>
    ask(operation, input);

/** A row about a function that is there, Active: the input gets its name. */
export const onFunction =
  (operation: OperationName, input: Input | ((name: string, world: World) => Input) = {}): Provocation =>
  async world => {
    const name = await world.fn();
    return ask(operation, {
      FunctionName: name,
      ...(typeof input === 'function' ? input(name, world) : input),
    });
  };

export const a = (times: number): string => 'a'.repeat(times);
