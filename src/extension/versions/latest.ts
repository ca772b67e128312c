/** The code and configuration as they are now: what is invoked where nothing else is named. */
export const LATEST = '$LATEST';

/** What is invoked, in a word: `create-order`, `create-order:live`. */
export const calledName = (functionName: string, qualifier: string | undefined): string =>
  qualifier === undefined || qualifier === LATEST ? functionName : `${functionName}:${qualifier}`;
