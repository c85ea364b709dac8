import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonText, writeFileAtomic } from '../../src/base/files.ts';
import { InputError } from '../../src/base/inputError.ts';
import { readJson } from '../../src/base/readJson.ts';
import { validated } from '../../src/base/validate.ts';
import { hashPassword, newPassword, type PasswordHash, passwordHashSchema } from './password.ts';

/** Somebody who may log in. */
export interface Account extends PasswordHash {
  name: string;
}

/** The account that a study has from its beginning. */
export const firstAccount = 'experimenter';

const nameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,40}$/, 'must be lower-case letters, digits, dots and hyphens');

const fileSchema = z.union([
  z
    .strictObject({ experimenters: z.array(passwordHashSchema.extend({ name: nameSchema })).min(1) })
    .transform(({ experimenters }) => experimenters),
  passwordHashSchema.transform((hash): Account[] => [{ name: firstAccount, ...hash }]),
]);

const fileOf = (folder: string) => join(folder, 'admin.json');

/**
 * Everybody who may log in; read anew each time, so that a change holds at once.
 *
 * @param folder - Folder of a study, or of several.
 * @returns The accounts; none before the first start.
 * @throws InputError when the file is broken.
 */
export function readAccounts(folder: string): Account[] {
  const path = fileOf(folder);
  return existsSync(path) ? readJson(path, fileSchema, { remedy: 'remove it to set a new password' }) : [];
}

/**
 * Adds an account, or gives one a new password.
 *
 * @param folder - Folder of a study, or of several; hashes are kept in `admin.json`, readable by its owner only.
 * @param name - The account's name.
 * @param password - At least eight characters; made if it is left out.
 * @throws InputError for a wrong name or a short password.
 */
export function setAccount(folder: string, name: string, password: string = newPassword()): string {
  const account = { name: validated(nameSchema, name, "the experimenter's name"), ...hashPassword(password) };
  const others = readAccounts(folder).filter((known) => known.name !== name);
  writeAccounts(folder, [...others, account]);
  return password;
}

/**
 * Takes an account away; who is logged in with it is logged out.
 *
 * @param folder - Folder of a study, or of several.
 * @param name - The account's name.
 * @throws InputError when there is none of that name, or no other.
 */
export function removeAccount(folder: string, name: string): void {
  const accounts = readAccounts(folder);
  const left = accounts.filter((known) => known.name !== name);
  if (left.length === accounts.length)
    throw new InputError(
      `'${name}' must be one of ${accounts.map((known) => known.name).join(', ') || 'no accounts yet'}; name one of them`,
    );
  if (left.length === 0)
    throw new InputError(`'${name}' must not be the last account; add another one before`);
  writeAccounts(folder, left);
}

/**
 * Sees to it that somebody can log in.
 *
 * @param folder - Folder of a study, or of several.
 * @param given - Password of the first account, which replaces an earlier one.
 * @returns The password in clear if it was made now.
 */
export function prepareAccounts(folder: string, given: string | undefined): string | null {
  if (given !== undefined) setAccount(folder, firstAccount, given);
  return readAccounts(folder).length === 0 ? setAccount(folder, firstAccount) : null;
}

function writeAccounts(folder: string, experimenters: readonly Account[]): void {
  const sorted = [...experimenters].sort((a, b) => a.name.localeCompare(b.name, 'en'));
  writeFileAtomic(fileOf(folder), jsonText({ experimenters: sorted }), { mode: 0o600 });
}
