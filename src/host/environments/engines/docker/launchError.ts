/** An image whose program can't be started is the function's own mistake, in AWS's words (spec/execution-environment.md §4.3). */
import type { EngineExit } from '../../engine.ts';
import type { LaunchFailure } from './containerOutput.ts';

type LaunchError = NonNullable<EngineExit['launchError']>;

/** A custom runtime without its program. */
export function missingBootstrap(): EngineExit {
  return ended({
    errorType: 'Runtime.InvalidEntrypoint',
    message: "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
  });
}

/** From what docker-init wrote. */
export function launchErrorOf({ program, reason }: LaunchFailure): LaunchError {
  const words = reason.charAt(0).toLowerCase() + reason.slice(1);
  const notFound = /^no such file/.test(words) && !program.includes('/');
  return {
    errorType: 'Runtime.InvalidEntrypoint',
    message: notFound
      ? `exec: "${program}": executable file not found in $PATH`
      : `fork/exec ${program}: ${words}`,
  };
}

/** From the engine's refusal to start the container; undefined where that is not the image's doing. */
export function launchErrorOfRefusal(words: string): LaunchError | undefined {
  if (/chdir to cwd|failed to chdir|Cannot mkdir/.test(words))
    return { errorType: 'Runtime.InvalidWorkingDir', message: words };
  const found =
    /exec:? "?([^":]+)"?: (executable file not found in \$PATH|stat .*: no such file or directory|permission denied|no such file or directory|exec format error)/.exec(
      words,
    );
  const [, program, reason] = found ?? [];
  if (program === undefined || reason === undefined) return undefined;
  return {
    errorType: 'Runtime.InvalidEntrypoint',
    message: reason.startsWith('executable')
      ? `exec: "${program}": ${reason}`
      : `fork/exec ${program}: ${reason.replace(/^stat .*: /, '')}`,
  };
}

/** The exit of a program that never ran, as a shell would tell it. */
export function ended(launchError: LaunchError): EngineExit {
  return { code: 127, signal: null, outOfMemory: false, launchError };
}
