import { randomBytes, randomInt, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { InputError } from '../../src/base/inputError.ts';

/** A password as it is kept: scrypt with its own salt. */
export interface PasswordHash {
  salt: string;
  hash: string;
  /** scrypt's cost N. */
  cost: number;
}

/** A kept password as it stands in a file. */
export const passwordHashSchema = z.strictObject({
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

/** What no password is kept as. */
export const noPassword: PasswordHash = { salt: '0'.repeat(32), hash: '0'.repeat(128), cost: defaultCost };

/**
 * Whether a password is the right one; takes equally long for every wrong one, and keeps nobody waiting meanwhile.
 *
 * @param password - What was entered.
 * @param kept - The hash.
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

/** Letters and digits that cannot be mistaken for each other. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/**
 * A password to be shown once.
 *
 * @returns Fifteen characters in three groups, 74 bits.
 */
export function newPassword(): string {
  const group = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return [group(), group(), group()].join('-');
}
