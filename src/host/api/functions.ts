/** The operations of functions, their code and their configuration (spec/lambda-service.md §2). */
import { createFunction } from './createFunction.ts';
import { deleteFunction } from './deleteFunction.ts';
import type { OperationHandlers } from './operation.ts';
import { getFunction, getFunctionConfiguration, listFunctions } from './readFunctions.ts';
import { updateFunctionCode } from './updateFunctionCode.ts';
import { updateFunctionConfiguration } from './updateFunctionConfiguration.ts';

export const functionOperations: OperationHandlers = {
  CreateFunction: createFunction,
  GetFunction: getFunction,
  ListFunctions: listFunctions,
  DeleteFunction: deleteFunction,
  UpdateFunctionCode: updateFunctionCode,
  GetFunctionConfiguration: getFunctionConfiguration,
  UpdateFunctionConfiguration: updateFunctionConfiguration,
};
