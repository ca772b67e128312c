/**
 * How a handler is written in the language of a runtime, by AWS's pages "Define Lambda function handler in …" for each.
 * Only the form: whether there is such a file or class is known when the code is loaded.
 */

export interface HandlerForm {
  /** As AWS's pages put it: `file.function`. */
  readonly form: string;
  readonly example: string;
}

interface Family extends HandlerForm {
  /** A runtime's family is the letters that its identifier begins with. */
  readonly runtime: RegExp;
  readonly name: string;
  readonly fits: RegExp;
}

const families: readonly Family[] = [
  {
    name: 'Node.js',
    runtime: /^nodejs/,
    form: 'file.function',
    example: 'index.handler',
    fits: /^(?:[^\s:]*\/)?[^\s:/]+\.[^\s:/.]+$/,
  },
  {
    name: 'Python',
    runtime: /^python/,
    form: 'file.function',
    example: 'lambda_function.lambda_handler',
    fits: /^[^\s:]*[^\s:./]\.[\p{L}_][\p{L}\p{N}_]*$/u,
  },
  {
    name: 'Java',
    runtime: /^java/,
    form: 'package.Class::method',
    example: 'example.Handler::handleRequest',
    // The method may be left out where the class implements one of Lambda's interfaces.
    fits: /^(?:[\w$]+\.)*(?:[\w$]+::[\w$]+|[A-Z][\w$]*)$/,
  },
  {
    name: '.NET',
    runtime: /^dotnet/,
    form: 'Assembly::Namespace.Class::Method',
    example: 'Example::Example.Function::FunctionHandler',
    // An assembly alone is a program with top-level statements.
    fits: /^[^\s:]+(?:::[^\s:]+::[^\s:]+)?$/,
  },
  {
    name: 'Ruby',
    runtime: /^ruby/,
    form: 'file.method',
    example: 'lambda_function.lambda_handler',
    fits: /^[^\s]*[^\s./]\.[\p{L}_][\p{L}\p{N}_]*[?!]?$/u,
  },
  {
    name: 'Custom runtime',
    runtime: /^(?:provided|go)/,
    form: 'whatever its bootstrap reads',
    example: 'bootstrap',
    fits: /^\S+$/,
  },
];

const familyOf = (runtime: string): Family | undefined =>
  families.find(family => family.runtime.test(runtime));

/** Undefined for a runtime that is not known. */
export const handlerForm = (runtime: string): HandlerForm | undefined => familyOf(runtime);

/** `Node.js`, `Python` …; the identifier itself where it is not known. */
export const languageName = (runtime: string): string => familyOf(runtime)?.name ?? runtime;

/** Lambda's limit (its API's page of CreateFunction). */
export const LONGEST_HANDLER = 128;

/** Whether the runtime could make anything of the handler; what a runtime that is not known takes is not. */
export const handlerFits = (handler: string, runtime: string): boolean =>
  handler.length <= LONGEST_HANDLER && (familyOf(runtime)?.fits ?? /^\S+$/).test(handler);
