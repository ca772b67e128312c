import { readFileSync } from 'node:fs';
import process from 'node:process';

/** Whether a process runs; one that has ended and that nobody has waited for yet does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
