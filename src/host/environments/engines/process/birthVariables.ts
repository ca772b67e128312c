/** Which of a function's variables must be there when its process is born: such a function can't use a runtime that was started ahead. */

const names = new Set([
  'AWS_LAMBDA_EXEC_WRAPPER',
  'GLIBC_TUNABLES',
  'LANG',
  'LANGUAGE',
  'OPENSSL_CONF',
  'TZ',
  'UV_THREADPOOL_SIZE',
  'UV_USE_IO_URING',
]);

const prefixes = ['LD_', 'DYLD_', 'LC_', 'MALLOC_', 'PYTHON', 'SSL_CERT_', 'NODE_'];

/** Variables of these prefixes that are read when they are used. */
const readLater = new Set(['NODE_ENV', 'NODE_PATH', 'NODE_TLS_REJECT_UNAUTHORIZED']);

/** True for variables that a running process would no longer notice. */
export function neededAtBirth(variables: Readonly<Record<string, string>>): boolean {
  return Object.keys(variables).some(
    name => names.has(name) || (prefixes.some(prefix => name.startsWith(prefix)) && !readLater.has(name)),
  );
}
