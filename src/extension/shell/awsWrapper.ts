import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What stands in front of the terminal's PATH. */
export interface WrapperPrograms {
  /** Put `aws --endpoint-url …` there, for an AWS CLI that doesn't read AWS_ENDPOINT_URL (before 1.29 and 2.13). */
  readonly aws: boolean;
  /** How to run `lamplight`: program and script. */
  readonly lamplight: { readonly command: string; readonly script: string };
}

/** Takes this folder out of the PATH, so that `aws` is the real one. */
const posixAws = `#!/bin/sh
# Lamplight: this AWS CLI does not read AWS_ENDPOINT_URL, so it is told on its command line.
here=$(cd "$(dirname "$0")" && pwd)
rest=
old=$IFS
IFS=:
for folder in $PATH; do
  [ "$folder" = "$here" ] || rest=\${rest:+$rest:}$folder
done
IFS=$old
PATH=$rest
export PATH
if [ -n "$AWS_ENDPOINT_URL" ]; then exec aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; fi
exec aws "$@"
`;

const windowsAws = `@echo off
rem Lamplight: this AWS CLI does not read AWS_ENDPOINT_URL, so it is told on its command line.
setlocal enabledelayedexpansion
for /f "delims=" %%i in ('where aws') do (
  if /i not "%%~dpi"=="%~dp0" (
    "%%i" --endpoint-url "%AWS_ENDPOINT_URL%" %*
    exit /b !errorlevel!
  )
)
echo The AWS CLI is not installed. 1>&2
exit /b 1
`;

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Writes the programs into `folder`, which becomes the first on a terminal's PATH; answers it. */
export async function writeWrappers(
  folder: string,
  programs: WrapperPrograms,
  platform: NodeJS.Platform,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { command, script } = programs.lamplight;
  const files: readonly (readonly [string, string])[] =
    platform === 'win32'
      ? [
          ['lamplight.cmd', `@echo off\r\nset ELECTRON_RUN_AS_NODE=1\r\n"${command}" "${script}" %*\r\n`],
          ...(programs.aws ? [['aws.cmd', windowsAws.replaceAll('\n', '\r\n')] as const] : []),
        ]
      : [
          ['lamplight', `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${quote(command)} ${quote(script)} "$@"\n`],
          ...(programs.aws ? [['aws', posixAws] as const] : []),
        ];
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    await writeFile(file, text);
    await chmod(file, 0o755);
  }
  return folder;
}
