/** Colours for people, plain text for everything else. */

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

/** Escape codes where standard output is a terminal and nobody asked for none (https://no-color.org). */
export function styleFor(terminal: boolean, env: NodeJS.ProcessEnv): Style {
  const on = terminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const wrap =
    (open: number, close: number) =>
    (text: string): string =>
      on ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
  };
}
