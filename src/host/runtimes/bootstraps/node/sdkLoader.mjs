// What sdk.cjs does, for Nodes whose hooks run in a thread of their own.
const places = [];

export function initialize(place) {
  places.push(place);
}

export async function resolve(specifier, context, next) {
  const concerned = places.filter(({ concerns }) => concerns.test(specifier));
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    for (const { parentURL } of concerned) {
      try {
        return await next(specifier, { ...context, parentURL });
      } catch {
        // The error is about the project: it names the file that imports.
      }
    }
    throw error;
  }
}
