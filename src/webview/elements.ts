/** The page's elements, as the extension's HTML has them (extension/timeline/pageHtml.ts). */
function required<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`The page has no ${type.name} named ${id}.`);
}

export const elements = {
  timeline: required('timeline', HTMLDivElement),
  canvas: required('canvas', HTMLCanvasElement),
  spacer: required('spacer', HTMLDivElement),
  tip: required('tip', HTMLDivElement),
  empty: required('empty', HTMLDivElement),
  spoken: required('spoken', HTMLDivElement),
  clock: required('clock', HTMLSpanElement),
  filter: required('filter', HTMLSelectElement),
  live: required('live', HTMLButtonElement),
  zoomIn: required('zoomIn', HTMLButtonElement),
  zoomOut: required('zoomOut', HTMLButtonElement),
  fit: required('fit', HTMLButtonElement),
  exportPng: required('exportPng', HTMLButtonElement),
  exportJson: required('exportJson', HTMLButtonElement),
} as const;
