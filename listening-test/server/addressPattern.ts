/** Parts of addresses that say what is asked for and nothing of who asks. */
const plainParts = new Set([
  'api',
  'assets',
  'audit',
  'clips',
  'codebook',
  'csv',
  'declined',
  'erase',
  'exclude',
  'experimenter',
  'export',
  'health',
  'include',
  'jspsych',
  'leave',
  'level',
  'log',
  'login',
  'logout',
  'me',
  'metrics',
  'participants',
  'pictures',
  'plays',
  'plugins',
  'previews',
  'psych-ds',
  'session',
  'sessions',
  'state',
  'steps',
  'stimuli',
  'studies',
  'study',
  'summary',
  'trials',
]);

/**
 * An address without anything of a person in it, for logs and metrics: ids, tokens and names become `*`.
 *
 * @param url - Path and query as they were asked for.
 * @param studies - Paths of the server's studies, which stay.
 * @returns The pattern, as in `/api/session/trials/*`; at most six parts.
 */
export function addressPattern(url: string, studies: ReadonlySet<string> = new Set()): string {
  const parts = url.split('?')[0]!.split('/').slice(1, 7);
  return `/${parts.map((part) => (part === '' || plainParts.has(part) || studies.has(part) ? part : '*')).join('/')}`;
}
