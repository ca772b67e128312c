/**
 * Which build `sam build` would run for a function's folder: what `Metadata` says (`BuildMethod`, `BuildProperties`), else
 * what the runtime takes when nothing is said (aws-sam-cli, samcli/lib/build/workflow_config.py).
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PackageInstall, ToolBuild } from '../../protocol/workspace.ts';
import { runtimeStanding } from '../runtimes.ts';
import type { HandlerProperties } from './functionCode.ts';
import type { PropertyReader } from './propertyReader.ts';
import type { Value } from './scope.ts';
import { child } from './templateNode.ts';

export type BuildChoice =
  | { readonly kind: 'tool'; readonly root: string; readonly build: ToolBuild }
  /** Node.js and Python whose template asks for a build: packages that the project hasn't installed are. */
  | { readonly kind: 'packages'; readonly packages?: PackageInstall }
  | { readonly kind: 'esbuild'; readonly packages?: PackageInstall }
  /** The folder runs as it is. */
  | { readonly kind: 'none' };

export interface Wanted {
  readonly packages?: PackageInstall;
}

const none: BuildChoice = { kind: 'none' };

/** SAM's names for builds that are no runtime identifiers. */
const methods = ['makefile', 'esbuild', 'rust-cargolambda', 'python-uv', 'go1.x', 'dotnet', 'dotnet7'];

/** @param root the code's folder, which is there */
export async function buildChoiceOf(
  reader: PropertyReader,
  root: string,
  { runtime, handler }: HandlerProperties,
): Promise<BuildChoice> {
  const metadata = child(reader.resource.node, 'Metadata');
  const value = (name: string): Value | undefined => reader.value(child(metadata, name));
  // What CDK names is an asset: it was built, or bundled, when the template was made.
  if (isTrue(value('SkipBuild')) || child(metadata, 'aws:asset:path') !== undefined) return none;
  const written = value('BuildMethod');
  const method = typeof written === 'string' ? written : undefined;
  if (method !== undefined && !methods.includes(method) && runtimeStanding(method) === 'unknown') {
    const node = child(metadata, 'BuildMethod') ?? reader.resource.keySpan;
    const message = `"${method}" does not have a supported builder. BuildMethod is one of ${methods.join(', ')}, or a runtime identifier such as python3.13.`;
    reader.report('error', 'template-value', node, message);
    return none;
  }
  const properties = propertiesOf(value('BuildProperties'));
  const isAsked = method !== undefined;
  const builder = method ?? runtime ?? '';
  const files = new Set(await readdir(root).catch(() => []));
  const tool = (build: ToolBuild, folder = root): BuildChoice => ({ kind: 'tool', root: folder, build });
  const goBuild: ToolBuild = {
    tool: 'go',
    output: runtime?.startsWith('provided') === true ? 'bootstrap' : (handler ?? 'bootstrap'),
    ...(isTrue(properties['TrimGoPath']) ? { trimPath: true } : {}),
  };
  const binary = properties['Binary'];
  const cargoBuild: ToolBuild = { tool: 'cargo', ...(typeof binary === 'string' ? { binary } : {}) };
  const wanted = (installer: PackageInstall['tool'], ...manifests: readonly string[]): Wanted => {
    const name = manifests.find(manifest => files.has(manifest));
    if (name === undefined) return {};
    const exact = isTrue(properties['UseNpmCi']) ? { exact: true } : {};
    return { packages: { tool: installer, manifest: path.join(root, name), ...exact } };
  };
  if (builder === 'esbuild') return { kind: 'esbuild', ...wanted('npm', 'package.json') };
  if (builder === 'rust-cargolambda') return tool(cargoBuild);
  if (builder === 'python-uv')
    return { kind: 'packages', ...wanted('uv', 'uv.lock', 'pyproject.toml', 'requirements.txt') };
  if (builder === 'go1.x') return isAsked || hasGo(files) ? tool(goBuild) : none;
  if (builder === 'makefile' || builder.startsWith('provided')) {
    const make = makeBuild(reader, root, value);
    if (isAsked) return tool(make.build, make.root);
    // A custom runtime's own bootstrap is code that is ready to run.
    if (files.has('bootstrap')) return none;
    if (await hasTarget(make.build)) return tool(make.build, make.root);
    // sam build needs to be told of these two. There is no other way in which such a folder could run.
    if (hasGo(files)) return tool(goBuild);
    return files.has('Cargo.toml') ? tool(cargoBuild) : none;
  }
  if (builder.startsWith('nodejs'))
    return isAsked ? { kind: 'packages', ...wanted('npm', 'package.json') } : none;
  if (builder.startsWith('python'))
    return isAsked ? { kind: 'packages', ...wanted('pip', 'requirements.txt') } : none;
  if (builder.startsWith('java')) {
    if (files.has('build.gradle') || files.has('build.gradle.kts')) return tool({ tool: 'gradle' });
    return files.has('pom.xml') ? tool({ tool: 'maven' }) : none;
  }
  if (builder.startsWith('dotnet')) return [...files].some(isDotnetProject) ? tool({ tool: 'dotnet' }) : none;
  if (builder.startsWith('ruby') && files.has('Gemfile')) {
    // Gems that bundler has put beside the code run as they are.
    return (await isFolder(path.join(root, 'vendor', 'bundle'))) ? none : tool({ tool: 'bundler' });
  }
  return none;
}

/** As a member of the code that the choice is about. */
export function packagesOf(choice: BuildChoice): Wanted {
  return (choice.kind === 'packages' || choice.kind === 'esbuild') && choice.packages !== undefined
    ? { packages: choice.packages }
    : {};
}

function makeBuild(
  reader: PropertyReader,
  codeRoot: string,
  value: (name: string) => Value | undefined,
): { readonly root: string; readonly build: Extract<ToolBuild, { tool: 'make' }> } {
  const { template, resource } = reader;
  const place = (name: string): string | undefined => {
    const written = value(name);
    return typeof written === 'string' ? path.resolve(template.folder, written) : undefined;
  };
  const root = place('ProjectRootDirectory') ?? codeRoot;
  const workingDirectory = place('WorkingDirectory');
  return {
    root,
    build: {
      tool: 'make',
      makefile: path.join(place('ContextPath') ?? root, 'Makefile'),
      target: `build-${resource.logicalId}`,
      ...(workingDirectory === undefined ? {} : { workingDirectory }),
    },
  };
}

async function hasTarget({ makefile, target }: Extract<ToolBuild, { tool: 'make' }>): Promise<boolean> {
  const text = await readFile(makefile, 'utf8').catch(() => '');
  return text
    .split('\n')
    .some(
      line => /^[^\s#][^:=]*:(?!=)/.test(line) && (line.split(':')[0] ?? '').split(/\s+/).includes(target),
    );
}

const hasGo = (files: ReadonlySet<string>): boolean =>
  files.has('go.mod') || [...files].some(file => file.endsWith('.go') && !file.endsWith('_test.go'));

export const isDotnetProject = (file: string): boolean => /\.(cs|fs|vb)proj$/i.test(file);

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}

function propertiesOf(value: Value | undefined): Readonly<Record<string, Value>> {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMap ? (value as Readonly<Record<string, Value>>) : {};
}

const isTrue = (value: Value | undefined): boolean => value === true || value === 'true';
