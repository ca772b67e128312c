/** The runtimes that the API knows by name, as AWS's messages print them (error-messages.md, constants; rows 60–67, 72, 207). */
/** «RUNTIMES_CREATE», in the order in which AWS prints it. */
export const CREATABLE: readonly string[] = [
  'nodejs20.x',
  'python3.14',
  'provided.al2023',
  'python3.12',
  'python3.13',
  'nodejs24.x',
  'nodejs22.x',
  'java25',
  'python3.10',
  'python3.11',
  'java21',
  'ruby3.3',
  'ruby3.4',
  'ruby3.2',
  'python3.8',
  'python3.9',
  'java17',
  'nodejs16.x',
  'dotnet10',
  'dotnet8',
  'java11',
  'dotnet6',
  'nodejs18.x',
  'provided.al2',
  'java8.al2',
];

/** In the model, but newer than the recording of the list above. */
export const NEWER: readonly string[] = [
  'nodejs26.x',
  'python3.15',
  'ruby4.0',
  'java8.al2023',
  'java11.al2023',
  'java17.al2023',
];

/** From which versions on SnapStart is for a language, by the documentation: C9. */
const SNAP_START: FirstVersions = { java: [11], python: [3, 12], dotnet: [8] };
/** The same for managed instances: C41. */
const MANAGED_INSTANCES: FirstVersions = { java: [21], python: [3, 13], nodejs: [22], dotnet: [8] };

type FirstVersions = Readonly<Record<string, readonly [number, number?]>>;

export const hasSnapStart = (runtime: string): boolean => isFrom(runtime, SNAP_START);
export const hasManagedInstances = (runtime: string): boolean => isFrom(runtime, MANAGED_INSTANCES);

/** `java11.al2023` is 11 of java; `python3.9` comes before `python3.12`. */
function isFrom(runtime: string, firstVersions: FirstVersions): boolean {
  const [, language = '', major, minor = 0] = /^([a-z]+)(\d+)(?:\.(\d+))?/.exec(runtime) ?? [];
  const first = firstVersions[language];
  if (first === undefined) return false;
  const [firstMajor, firstMinor = 0] = first;
  return Number(major) > firstMajor || (Number(major) === firstMajor && Number(minor) >= firstMinor);
}

/** Known, and refused with a text of their own. */
export const DEPRECATED: readonly string[] = [
  'nodejs',
  'nodejs4.3',
  'nodejs4.3-edge',
  'nodejs6.10',
  'nodejs8.10',
  'nodejs10.x',
  'nodejs12.x',
  'nodejs14.x',
  'python2.7',
  'python3.6',
  'python3.7',
  'java8',
  'dotnetcore1.0',
  'dotnetcore2.0',
  'dotnetcore2.1',
  'dotnetcore3.1',
  'dotnet5.0',
  'go1.x',
  'ruby2.5',
  'ruby2.7',
  'provided',
];
