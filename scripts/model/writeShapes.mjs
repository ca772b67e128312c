// Shapes as TypeScript data: all that reading and checking requests needs, and of answers only the dates.

/** @typedef {ReturnType<typeof import('./readModel.mjs').readModel>} ApiModel */
/** @typedef {import('./readModel.mjs').Shape} Shape */

const IN = { uri: 'pathLabel', querystring: 'queryParameter', header: 'header', statusCode: 'status' };

/** @param {ApiModel} model @returns {string} */
export function writeRequestShapes({ operations, shape }) {
  /** @type {Map<string, string>} */
  const written = new Map();

  /** @param {string} name */
  function need(name) {
    if (written.has(name)) return;
    const { type, members = {}, member, key, value } = shape(name);
    for (const ref of [...Object.values(members), member, key, value]) if (ref !== undefined) need(ref.shape);
    if (type === 'structure') written.set(name, structure(name));
    else written.set(name, leaf(name));
  }

  /** @param {string} name */
  function leaf(name) {
    const { type, member, key, value, pattern, enum: values, ...rest } = shape(name);
    /** @type {string[]} */
    const rules = [];
    for (const rule of /** @type {const} */ (['min', 'max', 'sparse', 'sensitive']))
      if (rest[rule] !== undefined) rules.push(`${rule}: ${rest[rule]}`);
    if (pattern !== undefined) rules.push(`pattern: ${rawText(pattern)}`);
    if (values !== undefined) rules.push(`values: ${texts(values)}`);
    if (rest.printed !== undefined)
      rules.push(`oneOf: { printed: ${texts(rest.printed)}, accepted: ${texts(rest.accepted ?? [])} }`);
    const held = [member, key, value].filter(ref => ref !== undefined).map(ref => identifier(ref.shape));
    return `${type}(${[...held, ...(rules.length === 0 ? [] : [`{ ${rules.join(', ')} }`])].join(', ')})`;
  }

  /** @param {string} name */
  function structure(name) {
    const { members = {}, required = [], payload } = shape(name);
    const lines = Object.entries(members).map(([member, { shape: held, location, locationName }]) => {
      const make = member === payload ? 'payload' : location === undefined ? 'inBody' : IN[location];
      const args = [identifier(held)];
      if (required.includes(member)) args.push("'required'");
      if (locationName !== undefined && locationName !== member) {
        if (args.length === 1) args.push("'optional'");
        args.push(`'${location === 'header' ? locationName.toLowerCase() : locationName}'`);
      }
      return `  ${member}: ${make}(${args.join(', ')}),\n`;
    });
    return `structure({${lines.length === 0 ? '' : `\n${lines.join('')}`}})`;
  }

  for (const { input } of operations) need(input);
  const inputs = new Set(operations.map(({ input }) => input));
  return [...written]
    .map(([name, text]) => `${inputs.has(name) ? 'export ' : ''}const ${identifier(name)} = ${text};\n`)
    .join('');
}

/** Some shapes have the names of JavaScript's own objects. @param {string} name */
const identifier = name => (name in globalThis ? `Any${name}` : name);

/**
 * Answers are written as plain JSON, but for what is in here: timestamps, and the way to them. Answers that are more than a
 * JSON document (those of the invocations: headers and payloads) are written by their handlers.
 * @param {ApiModel} model
 * @returns {{text: string, named: ReadonlySet<string>}} `named`: the structures that have such a part
 */
export function writeResponseShapes({ operations, shape }) {
  /** @type {Map<string, string | undefined>} */
  const written = new Map();

  /** @param {string} name @returns {boolean} whether there is such a part */
  function need(name) {
    if (written.has(name)) return written.get(name) !== undefined;
    written.set(name, undefined);
    const { type, members = {}, member, value } = shape(name);
    if (type === 'timestamp') written.set(name, "'timestamp'");
    else if (type === 'list' && member !== undefined && need(member.shape))
      written.set(name, `{ each: ${identifier(member.shape)} }`);
    else if (type === 'map' && value !== undefined && need(value.shape))
      written.set(name, `{ each: ${identifier(value.shape)} }`);
    else if (type === 'structure') {
      const special = Object.entries(members).filter(([, ref]) => need(ref.shape));
      const parts = special.map(([key, ref]) => `${key}: ${identifier(ref.shape)}`);
      if (parts.length > 0) written.set(name, `{ members: { ${parts.join(', ')} } }`);
    }
    return written.get(name) !== undefined;
  }

  for (const { output } of operations) {
    if (output === undefined) continue;
    const { members = {} } = shape(output);
    if (Object.values(members).every(({ location }) => location === undefined)) need(output);
  }
  // A shape comes after those that it names: the way down sets a name before its parts are known, so sort by use.
  const names = [...written].filter(([, text]) => text !== undefined).map(([name]) => name);
  /** @type {Set<string>} */
  const placed = new Set();
  /** @type {string[]} */
  const lines = [];
  const place = (/** @type {string} */ name) => {
    if (placed.has(name) || !names.includes(name)) return;
    placed.add(name);
    const { members = {}, member, value } = shape(name);
    for (const ref of [...Object.values(members), member, value]) if (ref !== undefined) place(ref.shape);
    lines.push(`export const ${identifier(name)}: Written = ${written.get(name)};\n`);
  };
  for (const name of names) place(name);
  return { text: lines.join(''), named: placed };
}

/** @param {readonly string[]} values */
const texts = values => `[${values.map(value => `'${value}'`).join(', ')}]`;

/** Patterns are read more easily as they are. @param {string} pattern */
const rawText = pattern =>
  /[`]|\$\{/.test(pattern)
    ? JSON.stringify(pattern)
    : pattern.includes('\\')
      ? `String.raw\`${pattern}\``
      : `'${pattern}'`;
