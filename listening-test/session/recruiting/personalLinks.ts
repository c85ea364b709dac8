import type { Queries } from '../../store/openStore.ts';
import { keyedHash, type Site } from '../site.ts';

/** Lower-case letters and digits that cannot be mistaken for each other: 2⁵ of them. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
const codeLength = 16;

/**
 * Makes personal links: each is one person's, for one participation.
 *
 * @param site - The study.
 * @param count - How many.
 * @returns Their codes, 80 bits each; only keyed hashes of them are stored.
 */
export async function makeLinks(
  site: Pick<Site, 'store' | 'secret' | 'loaded' | 'clock' | 'entropy'>,
  count: number,
): Promise<string[]> {
  const codes = Array.from({ length: count }, () => newCode(site));
  const rows = codes.map((code) => ({
    code_hash: linkHash(site, code),
    study: site.loaded.study.id,
    created_at: site.clock(),
  }));
  await site.store.database.transaction().execute(async (transaction) => {
    for (let from = 0; from < rows.length; from += 500)
      await transaction
        .insertInto('links')
        .values(rows.slice(from, from + 500))
        .execute();
  });
  return codes;
}

/**
 * Whether a code belongs to a link of the study.
 *
 * @param site - The study.
 * @param queries - Database or transaction.
 */
export async function isLink(
  site: Pick<Site, 'secret' | 'loaded'>,
  queries: Queries,
  code: string,
): Promise<boolean> {
  const found = await queries
    .selectFrom('links')
    .select('code_hash')
    .where('study', '=', site.loaded.study.id)
    .where('code_hash', '=', linkHash(site, code))
    .executeTakeFirst();
  return found !== undefined;
}

const linkHash = (site: Pick<Site, 'secret' | 'loaded'>, code: string) =>
  keyedHash(site, ['link', site.loaded.study.id, code]);

const newCode = ({ entropy }: Pick<Site, 'entropy'>) =>
  [...entropy(codeLength)].map((byte) => alphabet[byte % alphabet.length]).join('');
