/** One line of what `lamplight doctor` finds. */
export interface Finding {
  /** `fix`: something does not work that should; `note`: good to know. */
  readonly level: 'ok' | 'note' | 'fix';
  readonly text: string;
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const note = (text: string): Finding => ({ level: 'note', text });
export const fix = (text: string): Finding => ({ level: 'fix', text });
