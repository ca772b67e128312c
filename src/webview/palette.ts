/** The editor's colours as the canvas needs them: read from the CSS variables that VS Code gives to every web page. */
export interface Palette {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly line: string;
  readonly band: string;
  readonly focus: string;
  readonly init: string;
  readonly success: string;
  readonly running: string;
  readonly error: string;
  readonly timeout: string;
  readonly pending: string;
  readonly idle: string;
  readonly frozen: string;
  /** Text on a bar. */
  readonly onBar: string;
  readonly font: string;
  /** Bars get an outline: nothing may be told by colour alone. */
  readonly isHighContrast: boolean;
}

/** Without its transparency: `#ea5c0055`, `rgba(234, 92, 0, 0.33)`. */
function opaque(colour: string): string {
  if (/^#[\da-f]{8}$/i.test(colour)) return colour.slice(0, 7);
  return colour.replace(/^rgba\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,.*\)$/, 'rgb($1, $2, $3)');
}

export function readPalette(body: HTMLElement): Palette {
  const style = getComputedStyle(body);
  const colour = (name: string, fallback: string): string => {
    const value = style.getPropertyValue(`--vscode-${name}`).trim();
    return value === '' ? fallback : value;
  };
  const isLight =
    body.classList.contains('vscode-light') || body.classList.contains('vscode-high-contrast-light');
  const foreground = colour('editor-foreground', isLight ? '#222222' : '#dddddd');
  return {
    background: colour('editor-background', isLight ? '#ffffff' : '#1e1e1e'),
    foreground,
    muted: colour('descriptionForeground', foreground),
    line: colour('contrastBorder', colour('panel-border', isLight ? '#e0e0e0' : '#3a3a3a')),
    band: colour('list-hoverBackground', isLight ? '#f0f0f0' : '#2a2d2e'),
    focus: colour('focusBorder', '#007fd4'),
    init: colour('charts-purple', '#b180d7'),
    success: colour('charts-green', '#89d185'),
    running: colour('charts-blue', '#3794ff'),
    error: colour('charts-red', '#f14c4c'),
    // Themes that make it of a highlight in the editor let through what lies behind.
    timeout: opaque(colour('charts-orange', '#d18616')),
    pending: colour('charts-yellow', '#cca700'),
    idle: foreground,
    frozen: colour('charts-blue', '#3794ff'),
    onBar: colour('editor-background', isLight ? '#ffffff' : '#1e1e1e'),
    font: style.getPropertyValue('--vscode-font-family').trim() || 'sans-serif',
    isHighContrast: body.classList.contains('vscode-high-contrast'),
  };
}
