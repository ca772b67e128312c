/**
 * Functions for another kind of processor than this machine's (docs/fidelity.md): as processes they run on this one, as
 * most code of Node.js and Python does; containers run as long as the engine can emulate the other.
 */
import process from 'node:process';
import type { EnvironmentSpec } from '../environment.ts';

type Architecture = EnvironmentSpec['architecture'];

/** Undefined for a processor that Lambda does not have. */
export function machineArchitecture(arch: string = process.arch): Architecture | undefined {
  return arch === 'x64' ? 'x86_64' : arch === 'arm64' ? 'arm64' : undefined;
}

/** What a user should know once of functions that run as processes of another architecture; undefined where it is one. */
export function foreignProcessNotice(
  wanted: Architecture,
  machine: Architecture | undefined = machineArchitecture(),
): string | undefined {
  if (wanted === machine) return undefined;
  return `Functions for ${wanted} run as processes of this machine (${machine ?? process.arch}): programs and native modules in their packages and layers must be for it. --engine docker runs them as ${wanted}, emulated.`;
}

/** How systems and runtimes say that a program or module is for another processor. */
const FOREIGN =
  /exec format error|ENOEXEC|invalid ELF header|wrong ELF class|incompatible architecture|is not a valid Win32 application|Bad CPU type/i;

/** What to do about an error that another architecture caused, for the function's log; undefined for any other error. */
export function foreignCodeExplained(
  wanted: Architecture,
  error: Buffer,
  machine: Architecture | undefined = machineArchitecture(),
): string | undefined {
  if (!FOREIGN.test(error.subarray(0, 64 * 1024).toString('utf8'))) return undefined;
  const here = machine ?? process.arch;
  if (wanted === machine)
    return `A program or native module of the function is for another processor than ${wanted}, which the function and this machine have: install or build it for Linux on ${wanted}.`;
  return `The function is for ${wanted} and ran on this machine, which is ${here}: a program or native module in its package or a layer is for the other. Build it for ${here}, or run the function in a container that is emulated (--engine docker; the engine needs QEMU for ${wanted}: docker run --privileged --rm tonistiigi/binfmt --install all).`;
}
