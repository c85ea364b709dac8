import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { declaredFields } from '../../docs/build/sourceComments.ts';
import { readStudyConfig } from '../../listening-test/study/studyConfig.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

describe('the settings shown in the listening test’s README', () => {
  const readme = readFileSync(packagePath('listening-test/README.md'), 'utf8');
  const [, yaml] = /```yaml\n(.*?)```/s.exec(readme)!;
  const shown = parse(yaml!);
  const fields = declaredFields('listening-test/study/studyConfig.ts', 'configSchema');
  const shownAt = (path: string) =>
    path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], shown);

  test('are valid', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'study.yaml'), yaml!);
    for (const text of ['consent', 'instructions', 'debriefing'])
      writeFileSync(join(folder, `${text}.md`), `# ${text}`);
    expect(readStudyConfig(join(folder, 'study.yaml')).texts).toEqual({
      consent: '# consent',
      instructions: '# instructions',
      debriefing: '# debriefing',
    });
  });

  test('are complete', () => {
    // The order of stages comes from the metamers.
    const names = fields.map(({ path }) => path).filter((path) => !/\.|^stageOrder$/.test(path));
    expect(Object.keys(shown).sort()).toEqual(names.sort());
  });

  test('are the defaults, but for an example of a recruiter and of a survey', () => {
    const differing = fields.filter(({ path, fallback }) => {
      const value = shownAt(path);
      const isStated = value !== undefined && fallback !== '' && fallback !== '{}';
      return isStated && JSON.stringify(value) !== JSON.stringify(parse(fallback));
    });
    expect(differing.map(({ path }) => path)).toEqual(['recruitment.platform', 'surveys.after']);
  });
});
