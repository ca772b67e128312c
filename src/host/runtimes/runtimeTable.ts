/**
 * Lambda's runtime identifiers as data (spec/execution-environment.md §7: AWS's table of 15 August 2026). Dates are
 * `YYYY-MM-DD`; an identifier without them is not scheduled.
 */

export type RuntimeLanguage = 'node' | 'python' | 'java' | 'dotnet' | 'ruby' | 'provided' | 'go';

export interface RuntimeInfo {
  readonly identifier: string;
  readonly language: RuntimeLanguage;
  /** The language's own version, as its program calls itself: `22`, `3.13`. Empty for custom runtimes. */
  readonly version: string;
  /** Tag of `public.ecr.aws/lambda/…`. */
  readonly image: string;
  readonly operatingSystem: 'al2' | 'al2023' | 'al1';
  /** No more updates from AWS since then. */
  readonly deprecation?: string;
  readonly blockCreate?: string;
  readonly blockUpdate?: string;
}

type Row = readonly [
  identifier: string,
  language: RuntimeLanguage,
  version: string,
  image: string,
  operatingSystem: RuntimeInfo['operatingSystem'],
  deprecation?: string,
  blockCreate?: string,
  blockUpdate?: string,
];

const rows: readonly Row[] = [
  ['nodejs24.x', 'node', '24', 'nodejs:24', 'al2023', '2028-04-30', '2028-06-01', '2028-07-01'],
  ['nodejs22.x', 'node', '22', 'nodejs:22', 'al2023', '2027-04-30', '2027-06-01', '2027-07-01'],
  ['nodejs20.x', 'node', '20', 'nodejs:20', 'al2023', '2026-04-30', '2026-08-31', '2026-09-30'],
  ['nodejs18.x', 'node', '18', 'nodejs:18', 'al2', '2025-09-01'],
  ['nodejs16.x', 'node', '16', 'nodejs:16', 'al2', '2024-06-12'],
  ['python3.14', 'python', '3.14', 'python:3.14', 'al2023', '2029-06-30'],
  ['python3.13', 'python', '3.13', 'python:3.13', 'al2023', '2029-06-30'],
  ['python3.12', 'python', '3.12', 'python:3.12', 'al2023', '2028-10-31'],
  ['python3.11', 'python', '3.11', 'python:3.11', 'al2', '2027-06-30'],
  ['python3.10', 'python', '3.10', 'python:3.10', 'al2', '2026-10-31'],
  ['python3.9', 'python', '3.9', 'python:3.9', 'al2', '2025-12-15'],
  ['python3.8', 'python', '3.8', 'python:3.8', 'al2', '2024-10-14'],
  ['java25', 'java', '25', 'java:25', 'al2023', '2029-06-30'],
  ['java21', 'java', '21', 'java:21', 'al2023', '2029-06-30'],
  ['java17.al2023', 'java', '17', 'java:17.al2023', 'al2023', '2029-06-30'],
  ['java11.al2023', 'java', '11', 'java:11.al2023', 'al2023', '2029-06-30'],
  ['java8.al2023', 'java', '8', 'java:8.al2023', 'al2023', '2029-06-30'],
  ['java17', 'java', '17', 'java:17', 'al2', '2027-06-30'],
  ['java11', 'java', '11', 'java:11', 'al2', '2027-06-30'],
  ['java8.al2', 'java', '8', 'java:8.al2', 'al2', '2027-06-30'],
  ['dotnet10', 'dotnet', '10', 'dotnet:10', 'al2023', '2028-11-14'],
  ['dotnet8', 'dotnet', '8', 'dotnet:8', 'al2023', '2026-11-10'],
  ['dotnet6', 'dotnet', '6', 'dotnet:6', 'al2', '2024-12-20'],
  ['ruby4.0', 'ruby', '4.0', 'ruby:4.0', 'al2023', '2029-03-31'],
  ['ruby3.4', 'ruby', '3.4', 'ruby:3.4', 'al2023', '2028-03-31'],
  ['ruby3.3', 'ruby', '3.3', 'ruby:3.3', 'al2023', '2027-03-31'],
  ['ruby3.2', 'ruby', '3.2', 'ruby:3.2', 'al2', '2026-03-31'],
  ['provided.al2023', 'provided', '', 'provided:al2023', 'al2023', '2029-06-30'],
  ['provided.al2', 'provided', '', 'provided:al2', 'al2', '2026-07-31'],
  ['provided', 'provided', '', 'provided:alami', 'al1', '2024-01-08'],
  ['go1.x', 'go', '', 'go:1', 'al1', '2024-01-08'],
];

const byIdentifier = new Map(
  rows.map(
    ([identifier, language, version, image, operatingSystem, deprecation, blockCreate, blockUpdate]) => [
      identifier,
      {
        identifier,
        language,
        version,
        image,
        operatingSystem,
        ...(deprecation === undefined ? {} : { deprecation }),
        ...(blockCreate === undefined ? {} : { blockCreate }),
        ...(blockUpdate === undefined ? {} : { blockUpdate }),
      } satisfies RuntimeInfo,
    ],
  ),
);

/** What is known of an identifier; undefined for one that Lambda never had. */
export function runtimeInfo(identifier: string): RuntimeInfo | undefined {
  return byIdentifier.get(identifier);
}

/** All identifiers, newest first within a language. */
export function runtimeIdentifiers(): readonly string[] {
  return [...byIdentifier.keys()];
}
