// The model with what was recorded put over it, cut down to what the operations reach.
import { FIRST, MEMBERS, SHAPES, STATUSES } from './overrides.mjs';

/** @typedef {import('./botocore.mjs').Model} Model */
/** @typedef {import('./botocore.mjs').ModelShape & {sparse?: boolean, printed?: readonly string[], accepted?: readonly string[]}} Shape */
/**
 * @typedef {object} Operation
 * @property {string} name
 * @property {string} method
 * @property {string} path with labels in braces; behind `?` what tells it from another operation of that path
 * @property {number} status
 * @property {string} input name of a structure
 * @property {string} [output]
 */

/**
 * Throws where an override names something that the model no longer has.
 * @param {Model} model
 * @returns {{operations: Operation[], shape: (name: string) => Shape}}
 */
export function readModel(model) {
  /** @type {Record<string, Shape>} */
  const shapes = structuredClone(model.shapes);
  const shape = (/** @type {string} */ name) => {
    const found = shapes[name];
    if (found === undefined)
      throw new Error(`The model has no shape ${name} (scripts/model/overrides.mjs?).`);
    return found;
  };
  for (const { shape: name, change } of SHAPES) Object.assign(shape(name), change);
  for (const { structure, member, shape: other } of MEMBERS) {
    const found = shape(structure).members?.[member];
    if (found === undefined) throw new Error(`The model has no member ${structure}.${member}.`);
    found.shape = other;
  }
  const operations = Object.entries(model.operations).map(([name, { http, input, output }]) => {
    const status = STATUSES.find(({ operation }) => operation === name)?.status ?? http.responseCode;
    return {
      name,
      method: http.method,
      path: http.requestUri,
      status,
      input: input.shape,
      // 204 has no body, whatever the model says.
      ...(output === undefined || status === 204 ? {} : { output: output.shape }),
    };
  });
  for (const { input } of operations) order(input, shape(input));
  return { operations, shape };
}

/** Puts the members into the order in which their violations are reported. @param {string} name @param {Shape} structure */
function order(name, structure) {
  const first = FIRST.filter(row => row.structure === name).map(row => row.first);
  const rank = (/** @type {[string, import('./botocore.mjs').ShapeRef]} */ [member, { location }]) =>
    first.includes(member) ? 0 : location === 'querystring' ? 1 : 2;
  structure.members = Object.fromEntries(
    Object.entries(structure.members ?? {})
      .map((entry, index) => ({ entry, index }))
      .sort((a, b) => rank(a.entry) - rank(b.entry) || a.index - b.index)
      .map(({ entry }) => entry),
  );
}
