import { InputError } from './inputError.ts';

/**
 * Refuses a promise where its value is wanted: TypeScript sees that an `await` was forgotten, JavaScript does not.
 *
 * @param value - What was given.
 * @param what - What is wanted, with its article, such as `a sound`.
 * @param call - The call that gives it, such as `readSound(…)`.
 * @throws InputError when it is a promise.
 */
export function requireAwaited(value: unknown, what: string, call: string): void {
  if (value instanceof Promise)
    throw new InputError(`${what} is wanted, got a promise of one; write await before ${call}`);
}
