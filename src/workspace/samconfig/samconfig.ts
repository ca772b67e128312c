/**
 * What a SAM project's samconfig.toml (or .yaml) says about its template: parameter values and stack name. Its region is
 * for deployment: here the host's own counts, or ARNs would name another one than the handler sees (SAM developer guide, "AWS SAM CLI configuration file").
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse as parseYamlValue, YAMLParseError } from 'yaml';
import type { WorkspaceProblem } from '../../protocol/model.ts';
import { problemAt, sourceText } from '../sourceText.ts';
import { parameterOverrides } from './parameterOverrides.ts';
import { isList, parseToml, TomlError, type TomlTable, type TomlValue } from './toml.ts';

export interface SamConfig {
  readonly parameters: ReadonlyMap<string, string>;
  readonly stackName: string | undefined;
  readonly problems: readonly WorkspaceProblem[];
}

const names = ['samconfig.toml', 'samconfig.yaml', 'samconfig.yml'];

const none: SamConfig = { parameters: new Map(), stackName: undefined, problems: [] };

/** Later ones win: what is meant for local runs counts more than what is meant for deployment. */
const commands = ['global', 'deploy', 'build', 'local_start_lambda', 'local_start_api', 'local_invoke'];

export function isSamConfig(file: string): boolean {
  return names.includes(path.basename(file));
}

/** Reads the configuration beside a template, environment `default`; an absent one says nothing. */
export async function readSamConfig(folder: string): Promise<SamConfig> {
  for (const name of names) {
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return parseSamConfig(file, text);
  }
  return none;
}

export function parseSamConfig(file: string, text: string): SamConfig {
  let root: TomlValue;
  try {
    root = file.endsWith('.toml') ? parseToml(text) : ((parseYamlValue(text) ?? {}) as TomlValue);
  } catch (error) {
    const offset =
      error instanceof TomlError ? error.offset : error instanceof YAMLParseError ? error.pos[0] : 0;
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const range = sourceText(file, text).rangeOf({ start: offset, end: offset + 1 });
    const what = `${path.basename(file)} can't be read, so its parameter values don't count: ${message}`;
    return { ...none, problems: [problemAt(range, 'error', 'template-syntax', what)] };
  }
  const parameters = new Map<string, string>();
  let stackName: string | undefined;
  const environment = tableOf(tableOf(root)?.['default']);
  for (const command of commands) {
    const options = tableOf(tableOf(environment?.[command])?.['parameters']);
    if (options === undefined) continue;
    for (const [key, value] of parameterOverrides(options['parameter_overrides'])) parameters.set(key, value);
    stackName = stringOf(options['stack_name']) ?? stackName;
  }
  return { parameters, stackName, problems: [] };
}

function tableOf(value: TomlValue | undefined): TomlTable | undefined {
  return typeof value === 'object' && !isList(value) ? value : undefined;
}

function stringOf(value: TomlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
