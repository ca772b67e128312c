/**
 * Java and Kotlin with Gradle, as aws-lambda-builders' java_gradle workflow does it: in the user's tree, with the build's
 * folders put elsewhere by an init script; classes at the artifact's root, what they need in `lib`.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ToolBuild } from '../../../../protocol/workspace.ts';
import { isFile } from '../../../handlers/handlerFile.ts';
import { foldersUp } from '../../../packages.ts';
import { findProgram } from '../programs.ts';
import type { Recipe } from '../recipe.ts';
import { wrapperIn } from './maven.ts';

export const gradleRecipe: Recipe<ToolBuild> = {
  program: 'gradle',
  what: 'Java code',
  versionArgs: ['--version'],
  find: async root => (await wrapperIn(root, 'gradlew')) ?? (await findProgram('gradle')),
  projectOf: async (root, _build, folder) => ({
    folders: [await settingsFolder(root, folder)],
    skips: ['build', '.gradle', '.kotlin'],
  }),
  variantOf: (_declared, root) => [root],
  async make(job, root) {
    const { program, out, work } = job.options;
    const script = path.join(work, 'lamplight.init.gradle');
    await writeFile(script, INIT_SCRIPT);
    await job.run(
      'gradle',
      program,
      [
        // A daemon would stay behind.
        ...['--no-daemon', '--console', 'plain', '--init-script', script],
        ...['--project-cache-dir', path.join(work, 'project-cache'), '--project-dir', root],
        ...['-Dorg.gradle.configuration-cache=false', '-Dorg.gradle.unsafe.configuration-cache=false'],
        ...[`-Dlamplight.root=${root}`, `-Dlamplight.out=${out}`, `-Dlamplight.work=${work}`],
        'lamplightArtifact',
      ],
      { cwd: root },
    );
  },
};

/** The project that the folder is a part of. */
async function settingsFolder(root: string, folder: string): Promise<string> {
  for (const at of foldersUp(folder, root)) {
    for (const name of ['settings.gradle', 'settings.gradle.kts'])
      if (await isFile(path.join(at, name))) return at;
  }
  return root;
}

const INIT_SCRIPT = `
gradle.beforeProject { p ->
    def folder = new File(System.getProperty('lamplight.work'), 'build' + p.path.replace(':', '/'))
    p.layout.buildDirectory.set(folder)
}
gradle.afterProject { p ->
    if (p.projectDir.canonicalFile != new File(System.getProperty('lamplight.root')).canonicalFile) return
    p.plugins.withId('java') {
        p.tasks.create('lamplightArtifact', org.gradle.api.tasks.Copy) { t ->
            t.into(System.getProperty('lamplight.out'))
            t.from(p.sourceSets.main.output)
            t.into('lib') { it.from(p.configurations.runtimeClasspath) }
        }
    }
}
`;
