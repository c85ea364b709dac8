/** A place participants come from: what its links carry, and what its ids look like. */
export interface Recruiter {
  /** As participants know it. */
  name: string;
  /** Parameter of the address that says who somebody is. */
  participant: string;
  /** Parameter that tells one participation from the next; null where the participant's own does. */
  submission: string | null;
  /** What participant ids look like. A placeholder that was not filled in never does. */
  participantId: RegExp;
  submissionId: RegExp;
  /** Where the browser goes at the end unless the study says otherwise; empty for nowhere. */
  completionUrl: string;
}

/** `none` for who cuts it off the address: the person is known all the same and cannot take part again. */
const submissionId = /^(?!ASSIGNMENT_ID_NOT_AVAILABLE$)[0-9A-Za-z_-]{1,100}$/;

/** All recruiters by the name studies use. */
export const recruiters = {
  prolific: {
    name: 'Prolific',
    participant: 'PROLIFIC_PID',
    submission: 'SESSION_ID',
    participantId: /^[0-9A-Za-z]{24}$/,
    submissionId,
    completionUrl: 'https://app.prolific.com/submissions/complete?cc={code}',
  },
  mturk: {
    name: 'MTurk',
    participant: 'workerId',
    submission: 'assignmentId',
    participantId: /^A[0-9A-Z]{7,31}$/,
    submissionId,
    completionUrl: '',
  },
  sona: {
    name: 'Sona',
    participant: 'survey_code',
    submission: null,
    participantId: /^[0-9]{1,12}$/,
    submissionId: /^none$/,
    completionUrl: '',
  },
  cloudresearch: {
    name: 'CloudResearch',
    participant: 'participantId',
    submission: 'assignmentId',
    // A word without a digit is the name of a placeholder.
    participantId: /^(?=.*[0-9])[0-9A-Za-z-]{8,64}$/,
    submissionId,
    completionUrl: '',
  },
  links: {
    name: 'your personal link',
    participant: 'code',
    submission: null,
    participantId: /^[a-z2-9]{16}$/,
    submissionId: /^none$/,
    completionUrl: '',
  },
} as const satisfies Record<string, Recruiter>;

/** One of {@link recruiters}. */
export type RecruiterName = keyof typeof recruiters;

/** Their names. */
export const recruiterNames = Object.keys(recruiters) as [RecruiterName, ...RecruiterName[]];

/** Who somebody is, as the link of a recruiter says. */
export interface Recruitment {
  platform: RecruiterName;
  participantId: string;
  /** `none` where there is none. */
  submissionId: string;
}

/**
 * Reads a recruiter's link.
 *
 * @param address - Parameters of the page's address.
 * @param platform - The study's recruiter; `none`: whichever the address speaks of.
 * @returns The ids as they stand there, not checked yet; null without any.
 */
export function recruitmentOf(
  address: URLSearchParams,
  platform: RecruiterName | 'none',
): Recruitment | null {
  const open: RecruiterName[] = ['prolific', 'mturk'];
  for (const name of platform === 'none' ? open : [platform]) {
    const { participant, submission } = recruiters[name] as Recruiter;
    const participantId = address.get(participant);
    const submissionId = (submission && address.get(submission)) || 'none';
    if (participantId) return { platform: name, participantId, submissionId };
  }
  return null;
}

/**
 * Whether ids can be what a recruiter gives out.
 *
 * @param recruitment - The ids.
 * @returns False for placeholders that were not filled in, test words, cut-off ids.
 */
export function isPlausible({ platform, participantId, submissionId }: Recruitment): boolean {
  const recruiter = recruiters[platform];
  return recruiter.participantId.test(participantId) && recruiter.submissionId.test(submissionId);
}
