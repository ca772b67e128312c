import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ProcessLedger } from '../../../src/host/environments/engines/process/processLedger.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('the note of started processes', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder('ledger');
    file = path.join(folder.path, 'processes.jsonl');
  });
  afterEach(() => folder.remove());

  /** Every write to the file fails as on a full disk. */
  const fill = (): void => {
    rmSync(file, { force: true });
    symlinkSync('/dev/full', file);
  };
  const many = (ledger: ProcessLedger): void => {
    for (let n = 0; n < 501; n++) ledger.started(process.pid);
  };
  const text = (): string => readFileSync(file, 'utf8');

  it('says whose line it is as soon as there is room, where there was none for the first one', () => {
    const ledger = new ProcessLedger(folder.path);
    fill();
    assert.throws(() => ledger.started(process.pid), { code: 'ENOSPC', path: file });
    rmSync(file);
    ledger.started(process.pid);
    assert.ok(text().startsWith(`{"marker":"${ledger.marker}"}\n`), text());
  });

  it('lets an end come to its end where the file can’t be written', async () => {
    const ledger = new ProcessLedger(folder.path);
    many(ledger);
    fill();
    await ledger.ended(process.pid, ledger.newId());
  });

  it('keeps all that it knows where it can’t be written anew', async () => {
    const ledger = new ProcessLedger(folder.path);
    many(ledger);
    mkdirSync(`${file}.new`);
    const before = text();
    await ledger.ended(process.pid, ledger.newId());
    assert.equal(text(), before);
    rmSync(`${file}.new`, { recursive: true });
    await ledger.ended(process.pid, ledger.newId());
    assert.equal(text(), `{"marker":"${ledger.marker}"}\n`);
  });
});
