import { existsSync } from 'node:fs';
import { readAccounts, removeAccount, setAccount } from '../../../listening-test/experimenter/accounts.ts';
import { InputError } from '../../base/inputError.ts';
import type { Command } from '../command.ts';
import { printResult } from '../terminal/printResult.ts';

/** `metamer experimenters`: who may log in to a study, or to a folder of studies. */
export const experimentersCommand: Command = {
  arguments: '<folder>',
  flags: [
    { flag: '--add <name>', help: 'add one, or give one a new password, which is shown once' },
    { flag: '--remove <name>', help: 'remove one, and end their logins' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: ['metamer experimenters study', 'metamer experimenters studies/ --add anna'],
  run: async ([folder], flags) => {
    const { add, remove } = flags as { add?: string; remove?: string };
    if (!existsSync(folder!))
      throw new InputError(`${folder} must exist, it does not; give a study's folder`);
    if (remove !== undefined) removeAccount(folder!, remove);
    const password = add === undefined ? null : setAccount(folder!, add);
    const names = readAccounts(folder!).map(({ name }) => name);
    const shown = password === null ? [] : [`password of ${add}, shown only now: ${password}`];
    printResult(flags, { experimenters: names, password }, () => `${[...names, ...shown].join('\n')}\n`);
    return 0;
  },
};
