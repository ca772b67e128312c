import { existsSync } from 'node:fs';
import path from 'node:path';
import { handlerForm } from '../../workspace/handlers/handlerForm.ts';
import { t } from '../localize.ts';

/** Files that hold a handler, by what a runtime's identifier begins with; elsewhere classes are looked up at run time. */
const endings: readonly (readonly [runtime: RegExp, endings: readonly string[]])[] = [
  [/^nodejs/, ['.js', '.mjs', '.cjs']],
  [/^python/, ['.py']],
  [/^ruby/, ['.rb']],
];
const endingsOf = (runtime: string): readonly string[] =>
  endings.find(([pattern]) => pattern.test(runtime))?.[1] ?? [];

/** Files that code usually begins in, with the function that they usually export. */
const usual = [
  'index.handler',
  'app.handler',
  'handler.handler',
  'lambda_function.lambda_handler',
  'app.lambda_handler',
  'main.lambda_handler',
];

const hasFile = (folder: string, file: string, runtime: string): boolean =>
  endingsOf(runtime).some(ending => existsSync(path.join(folder, `${file}${ending}`)));

/** A handler whose file is in the folder, else the language's usual one. */
export function likelyHandler(folder: string | undefined, runtime: string): string | undefined {
  const found =
    folder === undefined
      ? undefined
      : usual.find(
          handler =>
            handler.includes('lambda_') === !runtime.startsWith('nodejs') &&
            hasFile(folder, handler.slice(0, handler.indexOf('.')), runtime),
        );
  return found ?? handlerForm(runtime)?.example;
}

/** Says where the file of a handler is not in the folder. */
export function missingFile(folder: string, handler: string, runtime: string): string | undefined {
  const names = endingsOf(runtime);
  const file = handler.slice(0, handler.lastIndexOf('.'));
  // Python's modules may be written with dots.
  const below = runtime.startsWith('python') ? file.replaceAll('.', '/') : file;
  return names.length === 0 || hasFile(folder, below, runtime)
    ? undefined
    : t('There is no {0} in {1}.', names.map(ending => `${below}${ending}`).join(', '), folder);
}
