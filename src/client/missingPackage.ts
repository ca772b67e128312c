/** Where a function failed since a package is missing: what to do about it. */

/** Modules whose package bears another name; who installs by the module's name gets a stranger's package, or none. */
const PIP_NAMES: Readonly<Record<string, string>> = {
  Crypto: 'pycryptodome',
  OpenSSL: 'pyOpenSSL',
  PIL: 'Pillow',
  bs4: 'beautifulsoup4',
  cv2: 'opencv-python-headless',
  dateutil: 'python-dateutil',
  dotenv: 'python-dotenv',
  git: 'GitPython',
  jose: 'python-jose',
  jwt: 'PyJWT',
  magic: 'python-magic',
  psycopg2: 'psycopg2-binary',
  slugify: 'python-slugify',
  sklearn: 'scikit-learn',
  yaml: 'PyYAML',
};

const NAMESPACES: ReadonlySet<string> = new Set(['azure', 'google']);

/** Packages of AWS's own runtimes: the host tells of these itself (host/runtimes/sdkStorage.ts). */
const OF_AWS = /^(?:@aws-sdk\/|@smithy\/|(?:boto3|botocore|s3transfer)$)/;

/** Node: a bare specifier, by `require` or by `import`; no path, no `#import`, no `node:` or other scheme. */
const NODE = /Cannot find (?:module|package) '((?:@[^/'\s]+\/)?[^@./#:'\s][^/:'\s]*)(?:\/[^:'\s]*)?'/;
const PYTHON = /No module named '?([A-Za-z_]\w*)/;

/**
 * One sentence for an error whose message says that a package can't be found; undefined for every other answer.
 * @param answer the error's body, `{"errorMessage": …}`
 */
export function missingPackageHint(answer: string): string | undefined {
  const message = messageOf(answer);
  if (message === undefined) return undefined;
  const node = NODE.exec(message)?.[1];
  if (node !== undefined)
    return OF_AWS.test(node) ? undefined : `${node} is not installed in the project: npm install ${node}`;
  const python = PYTHON.exec(message)?.[1];
  if (python === undefined || OF_AWS.test(python)) return undefined;
  // Where the handler's own file is the one that isn't there, nothing can be installed.
  const handler = /^Unable to import module '([^'.]+)/.exec(message)?.[1];
  // Many packages share the namespaces; the one on PyPI that is called like them is none of theirs.
  if (python === handler || NAMESPACES.has(python)) return undefined;
  const own = Object.hasOwn(PIP_NAMES, python) ? PIP_NAMES[python] : undefined;
  return `${python} is neither a module of the project nor installed: pip install ${own ?? python}`;
}

function messageOf(answer: string): string | undefined {
  try {
    const body = JSON.parse(answer) as unknown;
    if (typeof body !== 'object' || body === null || !('errorMessage' in body)) return undefined;
    return typeof body.errorMessage === 'string' ? body.errorMessage : undefined;
  } catch {
    return undefined;
  }
}
