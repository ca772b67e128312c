/**
 * What a workspace declares, as the workspace room finds it and the deployment hands it to the host. Nothing here
 * depends on a running host: the tree shows it whether or not one runs.
 */
import type { Owner, WorkspaceProblem } from './model.ts';

/** A range in a file; lines and columns count from 0. */
export interface SourceRange {
  readonly file: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface DeclaredFunction {
  readonly owner: Owner;
  /** The name that it has in Lambda: FunctionName where given, else the logical id (or folder-file name). */
  readonly name: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly packageType: 'Zip' | 'Image';
  readonly architecture: 'x86_64' | 'arm64';
  /** Seconds; AWS's default of 3 where the template is silent. */
  readonly timeout: number;
  /** MB; AWS's default of 128 where the template is silent. */
  readonly memorySize: number;
  readonly ephemeralStorage: number;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Logical ids or ARNs, in order. */
  readonly layers: readonly string[];
  /** Folders, or zips, on this machine of those layers that the same template declares, by logical id. */
  readonly layerRoots?: Readonly<Record<string, string>>;
  /** Where each of {@link layers} stands in the template, in the same order. */
  readonly layerRanges?: readonly SourceRange[];
  /** What invokes it, as its template says: types of SAM's `Events`, or `FunctionUrl`; sorted, each once. */
  readonly eventTypes?: readonly string[];
  readonly role?: string;
  readonly loggingConfig?: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly code: DeclaredCode;
  /** Where the resource stands in its template. */
  readonly declaration: SourceRange;
  /** Where the handler stands in its source, if it was found. */
  readonly handlerLocation?: HandlerLocation;
}

export type DeclaredCode =
  /** A folder of code that runs as it is (JavaScript, Python, custom runtimes). */
  | { readonly kind: 'folder'; readonly root: string; readonly packages?: PackageInstall }
  /** TypeScript, or JavaScript that the template wants bundled: esbuild makes the artifact. */
  | {
      readonly kind: 'esbuild';
      readonly root: string;
      readonly entry: string;
      readonly options: EsbuildOptions;
      readonly packages?: PackageInstall;
    }
  /** What must be built first: a tool of its language, or a Makefile, makes the artifact as `sam build` would. */
  | { readonly kind: 'tool'; readonly root: string; readonly build: ToolBuild }
  | { readonly kind: 'zip'; readonly file: string }
  | { readonly kind: 'inline'; readonly text: string; readonly fileName: string }
  | {
      readonly kind: 'image';
      readonly imageUri?: string;
      readonly dockerfile?: string;
      readonly context?: string;
      readonly tag?: string;
      readonly imageConfig?: ImageConfig;
    };

/** How a tool makes the artifact of a folder; SAM's `BuildMethod` and `BuildProperties` as far as they concern it. */
export type ToolBuild =
  | {
      readonly tool: 'make';
      /** The Makefile, absolute: `ContextPath` may name another folder than the code's. */
      readonly makefile: string;
      /** `build-<LogicalId>` */
      readonly target: string;
      /** Absolute; where make runs, if not in the code's folder. */
      readonly workingDirectory?: string;
    }
  | {
      readonly tool: 'go';
      /** Name of the program in the artifact: `bootstrap`, for go1.x the handler. */
      readonly output: string;
      readonly trimPath?: boolean;
    }
  | {
      readonly tool: 'cargo';
      /** `BuildProperties: Binary`; the package's only one unless told. */
      readonly binary?: string;
    }
  | { readonly tool: 'maven' | 'gradle' | 'bundler' | 'dotnet' }
  | PackageInstall;

/** Packages that the template wants installed, where the project hasn't installed them itself. */
export interface PackageInstall {
  readonly tool: 'npm' | 'pip' | 'uv';
  /** Absolute: package.json, requirements.txt, pyproject.toml. */
  readonly manifest: string;
  /** `BuildProperties: UseNpmCi` */
  readonly exact?: boolean;
}

/** SAM's BuildProperties for BuildMethod esbuild, in esbuild's own names. */
export interface EsbuildOptions {
  readonly entryPoints?: readonly string[];
  readonly external?: readonly string[];
  readonly target?: string;
  readonly format?: 'cjs' | 'esm';
  readonly minify?: boolean;
  readonly keepNames?: boolean;
  readonly mainFields?: readonly string[];
  readonly loader?: Readonly<Record<string, string>>;
  readonly define?: Readonly<Record<string, string>>;
  readonly banner?: Readonly<Record<string, string>>;
  readonly outExtension?: Readonly<Record<string, string>>;
  readonly alias?: Readonly<Record<string, string>>;
  readonly conditions?: readonly string[];
}

export interface ImageConfig {
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly workingDirectory?: string;
}

export interface HandlerLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Name of the exported function. */
  readonly symbol: string;
  readonly language: 'javascript' | 'typescript' | 'python';
}

export interface DeclaredLayer {
  readonly owner: Owner;
  readonly name: string;
  /** Folder whose contents are at /opt. */
  readonly root?: string;
  /** Folder below /opt that `root` is instead, `python`: `sam build` would put it there. */
  readonly below?: string;
  /** The zip, where the template names one instead of a folder. */
  readonly zip?: string;
  readonly description: string;
  readonly compatibleRuntimes: readonly string[];
  readonly compatibleArchitectures?: readonly string[];
  readonly licenseInfo?: string;
  readonly declaration: SourceRange;
}

/** All that was found in one folder. */
export interface WorkspaceModel {
  readonly folder: string;
  readonly templates: readonly string[];
  readonly functions: readonly DeclaredFunction[];
  readonly layers: readonly DeclaredLayer[];
  readonly problems: readonly WorkspaceProblem[];
  /**
   * Templates that have a syntax error (their functions above are what could be read): nothing that misses from them
   * may be removed (DESIGN.md rule 3).
   */
  readonly unparsed: readonly string[];
  /** Resources that may well be functions or layers, were their type not misspelt: these are not removed either. */
  readonly unclear?: readonly UnclearResource[];
}

/** A resource of which nobody can say what it is, and why not. */
export interface UnclearResource extends Owner {
  readonly message: string;
}
