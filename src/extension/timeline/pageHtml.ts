/** The Timeline's page. It has no script but the one file, and reaches nothing outside of the extension. */
import { t } from '../localize.ts';

export interface PageParts {
  /** Where the page's files come from, as a source of a content security policy. */
  readonly cspSource: string;
  /** Of this page alone. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** Of the editor: `en`. */
  readonly language: string;
  /** Messages in the editor's language, where it isn't English. */
  readonly messages: Readonly<Record<string, unknown>>;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

export function pageHtml(parts: PageParts): string {
  const policy = [
    "default-src 'none'",
    `style-src ${parts.cspSource}`,
    `script-src 'nonce-${parts.nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const button = (id: string, text: string, title: string, more = ''): string =>
    `<button id="${id}" type="button" title="${escaped(title)}" aria-label="${escaped(title)}"${more}>${escaped(text)}</button>`;
  const help = t(
    'Timeline of execution environments. Up and down arrows move over tracks and environments, left and right over invocations, Enter opens the result, plus and minus zoom, Home goes to the start, End follows live, f pauses, 0 shows everything.',
  );
  return `<!DOCTYPE html>
<html lang="${escaped(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(t('Timeline'))}</title>
<link rel="stylesheet" href="${escaped(parts.styleUri)}">
</head>
<body>
<div class="toolbar" role="toolbar" aria-label="${escaped(t('Timeline'))}">
<select id="filter" aria-label="${escaped(t('Function'))}" title="${escaped(t('Function'))}"></select>
${button('live', t('Live'), t('Follow Live (f)'), ' aria-pressed="true"')}
${button('zoomOut', '−', t('Zoom Out (-)'))}
${button('zoomIn', '+', t('Zoom In (+)'))}
${button('fit', t('All'), t('Show Everything (0)'))}
<span id="clock" role="status"></span>
<span class="space"></span>
${button('exportPng', 'PNG', t('Export as PNG'))}
${button('exportJson', 'JSON', t('Export as JSON (Chrome Trace, for Perfetto)'))}
</div>
<div id="timeline" tabindex="0" role="application" aria-label="${escaped(help)}" data-l10n="${escaped(JSON.stringify(parts.messages))}">
<canvas id="canvas" aria-hidden="true"></canvas>
<div id="spacer"></div>
</div>
<div id="empty" role="note" hidden>
<strong>${escaped(t('Nothing has run yet'))}</strong>
<div>${escaped(t('Invoke a function, here or by the AWS CLI or an SDK: each execution environment gets a lane, from its init to its end.'))}</div>
</div>
<div id="tip" role="tooltip" hidden></div>
<div id="spoken" aria-live="polite"></div>
<script nonce="${parts.nonce}" src="${escaped(parts.scriptUri)}"></script>
</body>
</html>
`;
}
