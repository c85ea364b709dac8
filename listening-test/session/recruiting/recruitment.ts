import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { keyedHash, type Session, type Site } from '../site.ts';
import { type RecruiterName, type Recruitment, recruiterNames } from './recruiters.ts';

/** Keyed hash in whose form a person's recruitment id is kept for each visit, to know who took part. */
function personHash(
  site: Pick<Site, 'secret' | 'loaded'>,
  person: Pick<Recruitment, 'platform' | 'participantId'>,
  visit: number,
): string {
  const parts = [site.loaded.study.id, person.platform, person.participantId];
  return keyedHash(site, visit === 1 ? parts : [...parts, `visit ${visit}`]);
}

/**
 * Every form in which an id may be kept, whichever recruiter gave it out.
 *
 * @param site - The study.
 * @param participantId - A recruitment id.
 * @param platforms - Recruiters to think of; all unless told.
 * @returns Keyed hashes.
 */
export function recruitmentHashes(
  site: Pick<Site, 'secret' | 'loaded'>,
  participantId: string,
  platforms: readonly RecruiterName[] = recruiterNames,
): string[] {
  const visits = Array.from({ length: site.loaded.study.visits.count }, (_, place) => place + 1);
  return platforms.flatMap((platform) =>
    visits.map((visit) => personHash(site, { platform, participantId }, visit)),
  );
}

/**
 * The form in which a submission is kept: who knows it may go on with its session.
 *
 * @param site - The study with its secret.
 * @param recruitment - The ids.
 * @returns Keyed hash.
 */
export function submissionHash(site: Pick<Site, 'secret' | 'loaded'>, recruitment: Recruitment): string {
  const { platform, participantId, submissionId } = recruitment;
  return keyedHash(site, [site.loaded.study.id, platform, participantId, submissionId]);
}

/**
 * Everything of a person's ids that a session keeps.
 *
 * @param site - The study; it says whether ids can be read back later.
 * @param recruitment - The ids; undefined for an open link.
 * @param visit - Which of the study's visits, from 1.
 * @returns Columns of `sessions`.
 */
export function keptRecruitment(
  site: Pick<Site, 'secret' | 'loaded' | 'entropy'>,
  recruitment: Recruitment | undefined,
  visit: number,
): Pick<Session, 'recruitment_hash' | 'submission_hash' | 'recruitment_ids' | 'platform'> {
  if (!recruitment)
    return { recruitment_hash: null, submission_hash: null, recruitment_ids: '', platform: 'none' };
  const { participantId, submissionId, platform } = recruitment;
  const isReadable = site.loaded.study.recruitment.ids === 'encrypted';
  return {
    platform,
    recruitment_hash: personHash(site, recruitment, visit),
    submission_hash: submissionHash(site, recruitment),
    recruitment_ids: isReadable ? encrypted(site, JSON.stringify({ participantId, submissionId })) : '',
  };
}

/**
 * The ids of a session whose study keeps them encrypted.
 *
 * @param site - The study with its secret.
 * @returns The ids; null where they were not kept.
 */
export function readableIds(
  site: Pick<Site, 'secret'>,
  session: Pick<Session, 'recruitment_ids'>,
): Pick<Recruitment, 'participantId' | 'submissionId'> | null {
  if (session.recruitment_ids === '') return null;
  const bytes = Buffer.from(session.recruitment_ids, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(site), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString();
  return JSON.parse(text) as Pick<Recruitment, 'participantId' | 'submissionId'>;
}

/** AES-256-GCM: 12 bytes of nonce, 16 of tag, then the text. */
function encrypted(site: Pick<Site, 'secret' | 'entropy'>, text: string): string {
  const nonce = site.entropy(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(site), nonce);
  const hidden = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url');
}

const keyOf = ({ secret }: Pick<Site, 'secret'>) =>
  new Uint8Array(hkdfSync('sha256', secret, '', 'recruitment ids', 32));
