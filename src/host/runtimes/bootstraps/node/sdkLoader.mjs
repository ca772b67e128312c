// What sdk.cjs does, for Nodes whose hooks run in a thread of their own.
const SDK = /^@(aws-sdk|smithy)\//;
let parentURL;

export function initialize(data) {
  ({ parentURL } = data);
}

export async function resolve(specifier, context, next) {
  if (!SDK.test(specifier)) return next(specifier, context);
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return next(specifier, { ...context, parentURL }).catch(() => {
      throw error;
    });
  }
}
