import { createHmac, randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import { sha256 } from '../../src/base/sha256.ts';
import type { Store } from '../store/openStore.ts';
import type { Tables } from '../store/tables.ts';
import type { LoadedStudy } from '../study/loadStudy.ts';

/** All that answering a request needs. */
export interface Site {
  loaded: LoadedStudy;
  store: Store;
  /** Key of the hashes that stand for recruitment ids. */
  secret: Uint8Array;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Unpredictable bytes for tokens and seeds. */
  entropy: (count: number) => Uint8Array;
}

/** A row of `sessions`. */
export type Session = Selectable<Tables['sessions']>;

/** A row of `trials`. */
export type Trial = Selectable<Tables['trials']>;

/**
 * Puts a site together.
 *
 * @param parts - Study, store and secret; clock and entropy default to the machine's own.
 */
export function createSite(
  parts: Pick<Site, 'loaded' | 'store' | 'secret'> & Partial<Pick<Site, 'clock' | 'entropy'>>,
): Site {
  return { clock: Date.now, entropy: randomBytes, ...parts };
}

/**
 * The form in which an id of a recruitment platform is kept: it can be recognized, not read back.
 *
 * @param site - The site with its secret.
 * @param parts - The id, and what else tells it apart.
 * @returns 64 hexadecimal digits (HMAC-SHA-256).
 */
export function keyedHash(site: Pick<Site, 'secret'>, parts: readonly string[]): string {
  return createHmac('sha256', site.secret).update(JSON.stringify(parts)).digest('hex');
}

/**
 * A token nobody can guess.
 *
 * @returns 32 characters, 192 bits.
 */
export function newToken(site: Pick<Site, 'entropy'>): string {
  return Buffer.from(site.entropy(24)).toString('base64url');
}

/**
 * A participant's code in the data: says nothing about the person.
 *
 * @returns `p` and ten hexadecimal digits.
 */
export function newParticipantCode(site: Pick<Site, 'entropy'>): string {
  return `p${Buffer.from(site.entropy(5)).toString('hex')}`;
}

/**
 * Version of the consent text: what a participant agreed to.
 *
 * @returns SHA-256 of the text.
 */
export function consentVersion(site: Pick<Site, 'loaded'>): string {
  return sha256(site.loaded.study.texts.consent);
}
