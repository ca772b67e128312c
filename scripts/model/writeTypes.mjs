// Inputs and outputs of the operations as TypeScript interfaces, under the model's names.

/** @typedef {ReturnType<typeof import('./readModel.mjs').readModel>} ApiModel */

/** @type {Partial<Record<import('./botocore.mjs').ModelShape['type'], string>>} */
const SIMPLE = {
  integer: 'number',
  long: 'number',
  double: 'number',
  boolean: 'boolean',
  blob: 'Buffer',
  timestamp: 'Date',
};

/** More values than this are a string. */
const CASES = 16;

/** @param {ApiModel} model @returns {string} */
export function writeTypes({ operations, shape }) {
  /** @type {Map<string, string>} */
  const interfaces = new Map();

  /** @param {string} name @returns {string} */
  function typeOf(name) {
    const { type, member, value, enum: values, accepted } = shape(name);
    const simple = SIMPLE[type];
    if (simple !== undefined) return simple;
    if (type === 'list') {
      const held = accepted === undefined ? typeOf(member?.shape ?? '') : 'string';
      return `readonly ${held.includes('|') ? `(${held})` : held}[]`;
    }
    if (type === 'map') return `Readonly<Record<string, ${typeOf(value?.shape ?? '')}>>`;
    // Long ones (runtimes, reasons) are data rather than cases that code tells apart.
    if (type === 'string')
      return values === undefined || values.length > CASES
        ? 'string'
        : values.map(each => `'${each}'`).join(' | ');
    need(name);
    return name;
  }

  /** @param {string} name */
  function need(name) {
    if (interfaces.has(name)) return;
    interfaces.set(name, '');
    const { members = {}, required = [] } = shape(name);
    const lines = Object.entries(members).map(
      ([member, ref]) =>
        `  readonly ${member}${required.includes(member) ? '' : '?'}: ${typeOf(ref.shape)};\n`,
    );
    interfaces.set(name, `export interface ${name} {${lines.length === 0 ? '' : `\n${lines.join('')}`}}\n`);
  }

  const rows = operations.map(({ name, input, output }) => {
    need(input);
    if (output !== undefined) need(output);
    return `  readonly ${name}: { readonly input: ${input}; readonly output: ${output ?? 'undefined'} };\n`;
  });
  return `export interface OperationTypes {\n${rows.join('')}}\n\n${[...interfaces.values()].join('\n')}`;
}
