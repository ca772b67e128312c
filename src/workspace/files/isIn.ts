import path from 'node:path';

/** Whether `file` is `folder` or lies below it; both absolute. */
export function isIn(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
