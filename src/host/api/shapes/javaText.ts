/** AWS's validation runs on Java: its patterns and the way it prints values. */
import type { Shape } from './shape.ts';

/** As Java's `toString` prints it: `[a, b]`, `{k=v}`, `1.0`. */
export function printed(value: unknown, shape: Shape): string {
  if (value === null) return 'null';
  switch (shape.type) {
    case 'list':
      return `[${(value as readonly unknown[]).map(item => printed(item, shape.member)).join(', ')}]`;
    case 'map':
      return `{${Object.entries(value as Readonly<Record<string, unknown>>)
        .map(([key, item]) => `${key}=${printed(item, shape.value)}`)
        .join(', ')}}`;
    case 'double':
      return javaDouble(value as number);
    default:
      return `${value as string | number | boolean}`;
  }
}

/** Java's `Double.toString`: `1.0`, `0.5`, `1.0E10`. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) {
    const text = String(value);
    return text.includes('.') ? text : `${Object.is(value, -0) ? '-0' : text}.0`;
  }
  if (!Number.isFinite(value)) return String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`;
}

const compiled = new Map<string, RegExp>();

/** A pattern of the model as Java's `matches` takes it: the whole value. */
export function javaPattern(pattern: string): RegExp {
  let regexp = compiled.get(pattern);
  if (regexp === undefined) {
    // Java's \s is ASCII's white space; JavaScript's has that of Unicode too.
    const source = pattern.replaceAll('[\\s\\S]', '[^]').replaceAll('\\s', ' \\t\\n\\x0b\\f\\r');
    // Unicode classes need the flag; the patterns without them are written for engines that know no flag.
    regexp = new RegExp(`^(?:${source})$`, pattern.includes('\\p{') ? 'u' : '');
    compiled.set(pattern, regexp);
  }
  return regexp;
}
