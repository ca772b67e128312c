/**
 * Whether a custom runtime's program is for another system or processor. Asked before it is started: where the kernel
 * refuses a program, libuv's `execvp` hands it to a shell, which reads machine code as a script.
 */
import { access, open } from 'node:fs/promises';
import process from 'node:process';

const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
/** Where an ELF header says which processor it is for; little-endian on all that Lambda has. */
const MACHINE_AT = 18;
const HEADER_BYTES = 20;
/** `e_machine`, with Linux's name for the emulator of it. */
const MACHINES: Readonly<Record<number, { readonly arch: string; readonly emulator: string }>> = {
  62: { arch: 'x64', emulator: 'qemu-x86_64' },
  183: { arch: 'arm64', emulator: 'qemu-aarch64' },
};

/** Scripts, and what can't be read, are not foreign: the start says what is wrong with them. */
export async function isForeignProgram(
  file: string,
  on: { readonly platform: string; readonly arch: string } = process,
): Promise<boolean> {
  const header = await headOf(file);
  if (!header?.subarray(0, ELF.length).equals(ELF) || header.length < HEADER_BYTES) return false;
  if (on.platform !== 'linux') return true;
  const machine = MACHINES[header.readUInt16LE(MACHINE_AT)];
  if (machine?.arch === on.arch) return false;
  return machine === undefined || !(await exists(`/proc/sys/fs/binfmt_misc/${machine.emulator}`));
}

async function headOf(file: string): Promise<Buffer | undefined> {
  const handle = await open(file, 'r').catch(() => undefined);
  try {
    const { buffer, bytesRead } = (await handle?.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)) ?? {};
    return buffer?.subarray(0, bytesRead);
  } finally {
    await handle?.close();
  }
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
