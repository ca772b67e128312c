/** The one way from this page to the extension, and back. */
import type { FromPage, ToPage } from '../timeline/messages.ts';

interface VsCodeApi {
  postMessage(message: FromPage): void;
}

declare global {
  /** VS Code puts it into every webview; it may be called once. */
  function acquireVsCodeApi(): VsCodeApi;
}

const api = acquireVsCodeApi();

export const tellEditor = (message: FromPage): void => api.postMessage(message);

/** Only the extension posts here: the page has no other frames, and loads nothing from elsewhere. */
export function hearEditor(heard: (message: ToPage) => void): void {
  window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => heard(data));
}
