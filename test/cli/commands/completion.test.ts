import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/base/inputError.ts';
import { commands } from '../../../src/cli/commands.ts';
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
