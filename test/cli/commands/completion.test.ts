import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/base/inputError.ts';
import { commands } from '../../../src/cli/commands.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { runCommand } from '../runCommand.ts';

const completionCommand = await commands.find(({ name }) => name === 'completion')!.load();
const { stdout: bashScript } = await runCommand(completionCommand, ['bash']);

test.each([
  [['co'], 'cochleagram corpus completion'],
  [['synthesize', '--pre'], '--preset'],
  [['synthesize', 'a.wav', '--preset', ''], 'fast texture published-2023'],
  [['anova', '--with'], '--within'],
  [['anova', 'table'], ''],
])('completion bash: metamer %j is completed to %s', (words, completed) => {
  const tell = `COMP_WORDS=(metamer "$@"); COMP_CWORD=$#; _metamer; echo "\${COMPREPLY[*]}"`;
  const said = execFileSync('bash', ['-c', `${bashScript}\n${tell}`, 'bash', ...words], { encoding: 'utf8' });
  expect(said.trim()).toBe(completed);
});

test('completion zsh is that of bash with bashcompinit; fish has a line for each command', async () => {
  const { stdout: zsh } = await runCommand(completionCommand, ['zsh']);
  expect(zsh).toMatch(/^autoload .*bashcompinit\n/);
  expect(zsh).toContain(bashScript);
  const { stdout: fish } = await runCommand(completionCommand, ['fish']);
  for (const { name } of commands) expect(fish).toContain(`__fish_use_subcommand -f -a ${name} -d '`);
  expect(fish).toContain("-l preset -x -a 'fast texture published-2023'");
  expect(fish).toContain("model\\'s");
});

/** Types lines with a tab behind into an interactive zsh, and prints what each has become. */
const typing = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'source ./script; tell() { print -r -- "LINE<$BUFFER>" }; zle -N tell; bindkey "^X^X" tell; print rea""dy'
zpty -r shell answer '*ready*'
for line in "$@"; do
  zpty -w -n shell "$line"$'\\t\\x18\\x18'
  zpty -r shell answer '*LINE<*>*'
  print -r -- \${\${answer##*LINE<}%%>*}
  zpty -w -n shell $'\\x15'
done`;

const hasZsh = spawnSync('zsh', ['--version']).status === 0;
if (!hasZsh) process.stderr.write('skipped: no zsh: install it to try its completion\n');

test.skipIf(!hasZsh)(
  'completion zsh: zsh itself completes commands, flags, their values and files',
  async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'script'), (await runCommand(completionCommand, ['zsh'])).stdout);
    writeFileSync(join(folder, 'trials.csv'), '');
    const synthesis = 'metamer synthesize a.wav';
    const lines = ['metamer sy', `${synthesis} --pres`, `${synthesis} --preset fa`, 'metamer analyze tr'];
    const completed = execFileSync('zsh', ['-f', '-c', typing, 'zsh', ...lines], {
      ...{ cwd: folder, encoding: 'utf8' },
    });
    expect(completed.split('\n')).toEqual([
      'metamer synthesize ',
      `${synthesis} --preset `,
      `${synthesis} --preset fast `,
      'metamer analyze trials.csv ',
      '',
    ]);
  },
);

const hasFish = spawnSync('fish', ['--version']).status === 0;
if (!hasFish) process.stderr.write('skipped: no fish: install it to try its completion\n');

test.skipIf(!hasFish)('completion fish: fish itself completes commands, flags and their values', async () => {
  const { stdout: script } = await runCommand(completionCommand, ['fish']);
  const completed = (line: string) =>
    execFileSync('fish', ['--no-config', '-c', `${script}\ncomplete -C '${line}'`], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((each) => each.split('\t')[0]);
  expect(completed('metamer co')).toEqual(['cochleagram', 'completion', 'corpus']);
  expect(completed('metamer synthesize a.wav --pres')).toEqual(['--preset']);
  expect(completed('metamer sheet x --order sp')).toEqual(['spearman']);
});

test('completion refuses other shells', async () => {
  await expect(runCommand(completionCommand, ['toString'])).rejects.toThrow(InputError);
});
