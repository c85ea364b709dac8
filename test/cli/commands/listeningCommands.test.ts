import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCrowd } from '../../../src/bench/server/crowd.ts';
import { parserOf } from '../../../src/cli/command.ts';
import { backupCommand } from '../../../src/cli/commands/backup.ts';
import { exportCommand } from '../../../src/cli/commands/export.ts';
import { serveCommand } from '../../../src/cli/commands/serve.ts';
import { studyCommand } from '../../../src/cli/commands/study.ts';
import { expectAllStored } from '../../listening-test/checkStored.ts';
import { joinStudy, runTo } from '../../listening-test/client.ts';
import { makeRuns, writeNoise } from '../../listening-test/makeRuns.ts';
import { makeStudy, temporaryFolder } from '../../listening-test/makeStudy.ts';
import { startServer } from '../../listening-test/serverProcess.ts';
import { runMain } from '../runMain.ts';

const metamer = (...words: string[]) => runMain(words);

const sources = [
  { name: 'one', predicted: { word: 'after', genre: '__null__' } },
  { name: 'two', predicted: { word: 'before', genre: '__null__' } },
];

test('metamer study RUNS --out STUDY builds a study from run folders alone and never overwrites', () => {
  const folder = temporaryFolder();
  const runs = makeRuns(join(folder, 'runs'), { sources, stages: ['relu0'], failed: ['two/relu0'] });
  const built = metamer('study', runs, '--out', join(folder, 'study'));
  expect(built).toMatchObject({ status: 0, stderr: '' });
  expect(built.stdout).toContain('word, 2 sources × 2 conditions');
  expect(built.stdout).toContain('replaced: two in net/relu0 (failed its criteria)');
  const again = metamer('study', runs, '--out', join(folder, 'study'));
  expect(again.status).toBe(2);
  expect(again.stderr).toMatch(/^metamer: .*study\.json exists already; .*--overwrite/);
  const json = metamer('study', runs, '--out', join(folder, 'study'), '--overwrite', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    sources: 2,
    mainClips: 4,
    conditions: ['natural', 'net/relu0'],
  });
});

test('metamer study takes natural sounds, a word list, targets and settings', () => {
  const folder = temporaryFolder();
  const runs = makeRuns(join(folder, 'runs'), { sources, stages: ['relu0'] });
  for (const name of ['after-1', 'before-1']) writeNoise(join(folder, `${name}.wav`), 7);
  writeFileSync(join(folder, 'words.txt'), 'after\nbefore\nhouse\n');
  writeFileSync(join(folder, 'study.yaml'), 'title: Two words\nscreening:\n  headphones: huggins\n');
  const natural = ['after-1', 'before-1'].map((name) => join(folder, `${name}.wav`));
  const out = join(folder, 'study');
  const { status } = metamer(
    ...['study', runs, '--out', out, '--words', join(folder, 'words.txt')],
    ...['--config', join(folder, 'study.yaml'), '--practice', '1', '--natural', ...natural],
  );
  expect(status).toBe(0);
  const study = JSON.parse(readFileSync(join(out, 'study.json'), 'utf8'));
  expect(study).toMatchObject({ title: 'Two words', screening: { headphones: 'huggins', level: true } });
  expect(study.tasks.word.labels).toEqual(['after', 'before', 'house']);
  const { stimuli } = JSON.parse(readFileSync(join(out, 'answers.json'), 'utf8'));
  expect(stimuli.slice(4).map(({ role, target }: Record<string, string>) => [role, target])).toEqual([
    ['practice', 'after'],
    ['catch', 'before'],
  ]);
});

const commandsByName = {
  study: studyCommand,
  serve: serveCommand,
  export: exportCommand,
  backup: backupCommand,
};

/** Parses and runs a command as the tool does, in this process. */
async function parsed(name: keyof typeof commandsByName, ...words: string[]): Promise<void> {
  const parser = parserOf({ name, summary: '' }, commandsByName[name], () => {});
  await parser
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .parseAsync(words, { from: 'user' });
}

test.each<[keyof typeof commandsByName, string[], RegExp]>([
  [
    'study',
    ['/nowhere', '--out', 'x'],
    /^\/nowhere must be a run folder or hold run folders \(with run\.json\), it is not; give/,
  ],
  ['study', ['/nowhere'], /required option '--out <dir>' not specified/],
  [
    'study',
    ['/nowhere', '--out', 'x', '--headphones', 'no'],
    /Allowed choices are antiphase, huggins, both, off/,
  ],
  [
    'study',
    ['/nowhere', '--out', 'x', '--practice', '-1'],
    /--practice must be a whole number ≥ 0, got '-1'/,
  ],
  [
    'study',
    ['/nowhere', '--out', 'x', '--config', '/no.yaml'],
    /^\/no\.yaml must exist, it does not; give a YAML or JSON file$/,
  ],
  [
    'serve',
    ['/nowhere'],
    /^\/nowhere\/study\.json must be a study's settings, it does not exist; give the folder of a built study/,
  ],
  ['serve', ['/nowhere', '--port', '70000'], /--port must be a whole number ≥ 0 ≤ 65535, got '70000'/],
  ['export', ['/nowhere', '--out', 'x'], /study\.json must be a study's settings, it does not exist/],
  ['export', ['/nowhere', '--out', 'x', '--format', 'xls'], /Allowed choices are csv, jspsych, psych-ds/],
  ['backup', ['/nowhere', '--out', 'x'], /study\.json must be a study's settings, it does not exist/],
])('metamer %s %j is refused in one sentence', async (name, words, message) => {
  await expect(parsed(name, ...words)).rejects.toThrow(message);
});

test('a refused command line ends with 2, one line on stderr, nothing on stdout', () => {
  const { status, stdout, stderr } = metamer('serve', '/nowhere');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /^metamer: \/nowhere\/study\.json must be a study's settings, it does not exist; .*\n$/,
  );
});

test.each(Object.keys(commandsByName) as (keyof typeof commandsByName)[])(
  'metamer %s --help shows an example',
  async (name) => {
    let help = '';
    const parser = parserOf({ name, summary: '' }, commandsByName[name], () => {});
    parser.exitOverride().configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
    await expect(parser.parseAsync(['--help'], { from: 'user' })).rejects.toThrow('(outputHelp)');
    expect(help).toMatch(new RegExp(`Examples:\n  \\$ (\\S+=\\S+ )?metamer ${name} `));
  },
);

test('metamer serve, backup and export work on one study; the password is made once and shown once', async () => {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    config: { screening: { headphones: 'off' } as never },
  });
  expect(metamer('export', folder, '--out', join(folder, 'out'))).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/data\.sqlite must exist, it does not; serve the study first/),
  });
  const server = await startServer(folder);
  expect(server.log()).toMatch(
    /^Experimenter's password, shown only now: [a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}\n/,
  );
  const person = await joinStudy(server.base);
  await runTo(server.base, person, null, () => ['after']);
  const backup = join(folder, 'backup.sqlite');
  expect(metamer('backup', folder, '--out', backup)).toMatchObject({
    status: 0,
    stdout: `${backup}: 6 responses\n`,
  });
  expect(metamer('export', folder, '--out', join(folder, 'out')).status).toBe(0);
  expect(readFileSync(join(folder, 'out/trials.csv'), 'utf8').trim().split('\n')).toHaveLength(7);
  expect(metamer('export', folder, '--format', 'psych-ds', '--out', join(folder, 'ds')).status).toBe(0);
  expect(existsSync(join(folder, 'ds/dataset_description.json'))).toBe(true);
  expect(await server.stop()).toBe(0);
  const second = await startServer(folder);
  expect(second.log()).toBe('');
  const page = await fetch(`${second.base}/`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<main id="display">')]);
  await second.stop();
});

test('kill -9 of the server, twice under 20 participants: every acknowledged answer is there, sessions go on', async () => {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    config: { screening: { headphones: 'off' } as never },
  });
  let server = await startServer(folder);
  const crowd = runCrowd({ bases: () => [server.base], participants: 20, seed: 3, thinkMs: [200, 600] });
  for (let kills = 0; kills < 2; kills++) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    await server.kill();
    server = await startServer(folder, { port: server.port });
  }
  const result = await crowd;
  expect(result.errors).toEqual([]);
  expect(result.lostConnections).toBeGreaterThan(0);
  expect(result.complete).toHaveLength(20);
  expect(await expectAllStored({ path: `${folder}/data.sqlite` }, result)).toBeGreaterThanOrEqual(120);
  await server.stop();
});
