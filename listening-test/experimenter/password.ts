import { randomBytes, randomInt, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../src/base/inputError.ts';
import { readJson } from '../../src/base/readJson.ts';

/** A password as it is kept: scrypt with its own salt. */
export interface PasswordHash {
  salt: string;
  hash: string;
  /** scrypt's cost N. */
  cost: number;
}

const hashSchema = z.strictObject({
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  hash: z.string().regex(/^[0-9a-f]{128}$/),
  cost: z
    .int()
    .min(2 ** 14)
    .max(2 ** 20),
});

const defaultCost = 2 ** 15;
const shortestPassword = 8;

/**
 * Hashes a password.
 *
 * @param password - At least eight characters.
 * @returns What is kept of it.
 * @throws InputError when it is too short.
 */
export function hashPassword(password: string): PasswordHash {
  if (password.length < shortestPassword)
    throw new InputError(
      `the experimenter's password must have at least ${shortestPassword} characters, got ${password.length}; choose a longer one`,
    );
  const salt = randomBytes(16).toString('hex');
  return {
    salt,
    hash: scryptSync(...scryptInput(password, salt), scryptOptions(defaultCost)).toString('hex'),
    cost: defaultCost,
  };
}

/**
 * Whether a password is the right one; takes equally long for every wrong one, and keeps nobody waiting meanwhile.
 *
 * @param password - What was entered.
 * @param kept - The hash.
 * @returns True if it is.
 */
export async function isPassword(password: string, kept: PasswordHash): Promise<boolean> {
  const entered = await new Promise<Buffer>((resolve, reject) => {
    scrypt(...scryptInput(password, kept.salt), scryptOptions(kept.cost), (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
  return timingSafeEqual(entered, Buffer.from(kept.hash, 'hex'));
}

const scryptInput = (password: string, salt: string): [string, Buffer, number] => [
  password.normalize('NFC'),
  Buffer.from(salt, 'hex'),
  64,
];

const scryptOptions = (cost: number) => ({ N: cost, r: 8, p: 1, maxmem: 256 * cost * 8 });

/**
 * The experimenter's password of a study: the given one, else the one set before, else a new one that is shown once.
 *
 * @param folder - The study's folder; the hash is kept in `admin.json`, readable by its owner only.
 * @param given - A password from the environment, which replaces an earlier one.
 * @returns The hash, and the password in clear if it was made now.
 * @throws InputError when the given one is too short or the file is broken.
 */
export function experimenterPassword(
  folder: string,
  given: string | undefined,
): { kept: PasswordHash; made: string | null } {
  const path = join(folder, 'admin.json');
  if (given === undefined && existsSync(path)) return { kept: readHash(path), made: null };
  const made = given === undefined ? newPassword() : null;
  const kept = hashPassword(given ?? made!);
  writeFileSync(path, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
  return { kept: readHash(path), made };
}

const readHash = (path: string) => readJson(path, hashSchema, { remedy: 'remove it to set a new password' });

/** Letters and digits that cannot be mistaken for each other. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

function newPassword(): string {
  const group = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return [group(), group(), group()].join('-');
}
