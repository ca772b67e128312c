import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {
  foreignCodeExplained,
  foreignProcessNotice,
  machineArchitecture,
} from '../../../src/host/environments/engines/architecture.ts';
import { isForeignProgram } from '../../../src/host/environments/engines/process/foreignProgram.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('another architecture than this machine’s', () => {
  it('is told once, for processes', () => {
    assert.equal(machineArchitecture('x64'), 'x86_64');
    assert.equal(machineArchitecture('arm64'), 'arm64');
    assert.equal(machineArchitecture('riscv64'), undefined);
    assert.equal(foreignProcessNotice('arm64', 'arm64'), undefined);
    assert.match(foreignProcessNotice('arm64', 'x86_64') ?? '', /^Functions for arm64 run as processes/);
  });

  it('explains errors that it caused, and no others', () => {
    const error = (message: string): Buffer => Buffer.from(JSON.stringify({ errorMessage: message }));
    const native = error('/opt/nodejs/node_modules/x/x.node: invalid ELF header');
    assert.match(foreignCodeExplained('arm64', native, 'x86_64') ?? '', /is for arm64 and ran on .* x86_64/);
    assert.match(foreignCodeExplained('x86_64', native, 'x86_64') ?? '', /for another processor than x86_64/);
    assert.equal(foreignCodeExplained('arm64', error('no such table'), 'x86_64'), undefined);
  });

  describe('of a program', () => {
    let folder: TemporaryFolder;
    before(async () => {
      folder = await temporaryFolder('foreign');
    });
    after(() => folder.remove());

    async function program(content: Buffer | string): Promise<string> {
      const file = path.join(folder.path, 'bootstrap');
      await writeFile(file, content);
      return file;
    }

    /** The head of an ELF file for this `e_machine`. */
    function elf(machine: number): Buffer {
      const header = Buffer.alloc(64);
      header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
      header.writeUInt16LE(machine, 18);
      return header;
    }
    const linux = { platform: 'linux', arch: 'x64' };

    it('is read from its head', async () => {
      assert.equal(await isForeignProgram(await program(elf(62)), linux), false);
      assert.equal(await isForeignProgram(await program(elf(62)), { platform: 'darwin', arch: 'x64' }), true);
      // No emulator is ever registered for it.
      assert.equal(await isForeignProgram(await program(elf(0xfeed)), linux), true);
      assert.equal(await isForeignProgram(process.execPath), false);
    });

    it('is nothing that a script or a damaged file has', async () => {
      assert.equal(await isForeignProgram(await program('#!/bin/sh\n'), linux), false);
      assert.equal(await isForeignProgram(await program(elf(183).subarray(0, 10)), linux), false);
      assert.equal(await isForeignProgram(await program(''), linux), false);
      assert.equal(await isForeignProgram(path.join(folder.path, 'nowhere'), linux), false);
    });
  });
});
