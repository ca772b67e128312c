/** One line of a tree as plain data: what a view shows is decided, and tested, without `vscode`. */
export interface Row {
  readonly label: string;
  readonly description?: string;
  /** A codicon, and the theme colour that says what a colour-blind reader learns from `spoken`. */
  readonly icon?: { readonly id: string; readonly color?: string };
  /** Markdown; whatever came from the workspace is escaped. */
  readonly tooltip?: string;
  /** What a screen reader says. */
  readonly spoken: string;
  /** `contextValue`: a noun, then flags, each after a `+`. */
  readonly context: string;
}

/** Text of the workspace as it may stand in Markdown: no link, no icon, no formatting comes of it. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&').replace(/\r?\n/g, '  \n');
}
