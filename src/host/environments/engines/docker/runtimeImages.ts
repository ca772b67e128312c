/** From a runtime identifier to AWS's base image for it (spec/execution-environment.md §7). */

const REPOSITORY = 'public.ecr.aws/lambda';

/** Identifiers whose tag is not simply `family:version`. */
const SPECIAL: Readonly<Record<string, string>> = {
  provided: 'provided:alami',
  'go1.x': 'go:1',
  'nodejs4.3-edge': 'nodejs:4',
};

/**
 * `nodejs24.x` → `public.ecr.aws/lambda/nodejs:24`, `java17.al2023` → `…/java:17.al2023`; undefined for what is no
 * runtime identifier. Newer versions than we know follow the same rule.
 */
export function awsImage(runtime: string): string | undefined {
  const special = SPECIAL[runtime];
  if (special !== undefined) return `${REPOSITORY}/${special}`;
  const found = /^(nodejs|python|java|dotnet|dotnetcore|ruby|provided)\.?(\d[\w.]*|al\d+)$/.exec(runtime);
  const [, family, version] = found ?? [];
  if (family === undefined || version === undefined) return undefined;
  const repository = family === 'dotnetcore' ? 'dotnet' : family;
  return `${REPOSITORY}/${repository}:${version.replace(/\.x$/, '')}`;
}

/** AWS tags its images once more for each architecture; the plain tag holds both. */
export function architectureTag(image: string, architecture: 'x86_64' | 'arm64'): string {
  return image.startsWith(`${REPOSITORY}/`) ? `${image}-${architecture}` : image;
}
