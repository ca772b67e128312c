// What is in a .vsix, and what may be.
import yauzl from 'yauzl';

/** Every file of the package fits one of these; anything else is there by mistake. */
const allowed = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package\.json$/,
  /^extension\/package\.nls(\.[a-z-]+)?\.json$/i,
  /^extension\/(readme\.md|changelog\.md|LICENSE\.txt)$/i,
  /^extension\/l10n\/bundle\.l10n(\.[a-z-]+)?\.json$/i,
  /^extension\/dist\/(cli\.js|timeline\.js|commandLine\.cjs|samples\.cjs|discover\.cjs|host\.cjs|dockerode\.cjs|installDebugpy\.cjs|extension\.cjs|extensionCommands\.cjs)$/,
  /^extension\/dist\/(package\.json|ThirdPartyNotices\.txt)$/,
  /^extension\/dist\/bootstraps\/[\w.-]+(\/[\w.-]+)*\.(cjs|mjs|js|py|sh)$/,
  /^extension\/dist\/node_modules\/esbuild\/(package\.json|LICENSE\.md|lib\/main\.js)$/,
  /^extension\/dist\/node_modules\/@esbuild\/[a-z0-9]+-[a-z0-9]+\/(package\.json|bin\/esbuild|esbuild\.exe)$/,
  /^extension\/media\/(walkthrough\/)?[\w.-]+\.(svg|png|md|css|js|(tmLanguage|schema)\.json)$/,
];

/** Those that fit nothing of the list. @param {readonly string[]} paths */
export function notAllowed(paths) {
  return paths.filter(path => !allowed.some(pattern => pattern.test(path)));
}

/** @param {string} file @returns {Promise<{path: string, size: number}[]>} the files of a zip, in its order */
export function contentOf(file) {
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true }, (error, zip) => {
      if (error !== null) {
        reject(error);
        return;
      }
      /** @type {{path: string, size: number}[]} */
      const entries = [];
      zip.on('entry', entry => {
        entries.push({ path: entry.fileName, size: entry.uncompressedSize });
        zip.readEntry();
      });
      zip.on('end', () => resolve(entries));
      zip.on('error', reject);
      zip.readEntry();
    });
  });
}
