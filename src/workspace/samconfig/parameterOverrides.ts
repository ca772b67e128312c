/** SAM's `parameter_overrides` in all its forms. */
import { isList, type TomlValue } from './toml.ts';

/**
 * `"A=b C=\"d e\""`, `"ParameterKey=A,ParameterValue=b"`, a list of such texts, or (in YAML) a map. What is none of these
 * gives no pair.
 */
export function parameterOverrides(value: TomlValue | undefined): [string, string][] {
  if (value === undefined) return [];
  if (typeof value === 'string') return pairsOf(value);
  if (typeof value !== 'object') return [];
  if (isList(value)) return value.flatMap(item => parameterOverrides(item));
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === 'object' ? [] : [[key, String(item)] as [string, string]],
  );
}

function pairsOf(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  for (const word of wordsOf(text)) {
    const legacy = /^ParameterKey=(.*?),ParameterValue=(.*)$/s.exec(word);
    const [key, value] = legacy === null ? splitOnce(word) : [legacy[1] ?? '', legacy[2] ?? ''];
    if (key !== '' && value !== undefined) pairs.push([unquote(key), unquote(value)]);
  }
  return pairs;
}

/** Splits at white space, except inside quotes and after a backslash. */
function wordsOf(text: string): string[] {
  return text.match(/(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'])+/gs) ?? [];
}

function splitOnce(word: string): [string, string | undefined] {
  const at = word.indexOf('=');
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function unquote(text: string): string {
  return text.replace(
    /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs,
    (_, double: string | undefined, single: string | undefined, escaped: string | undefined) =>
      double?.replace(/\\(.)/gs, '$1') ?? single ?? escaped ?? '',
  );
}
