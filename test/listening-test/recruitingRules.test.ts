import { expect, test } from 'vitest';
import { exitOf } from '../../listening-test/session/ending.ts';
import {
  isPlausible,
  type Recruitment,
  recruitmentOf,
} from '../../listening-test/session/recruiting/recruiters.ts';
import { returnOf } from '../../listening-test/session/recruiting/returning.ts';
import type { Session, Site } from '../../listening-test/session/site.ts';
import { checkRecruitment } from '../../listening-test/study/recruitmentSchema.ts';

const codes = { done: 'DONE', screenedOut: 'OUT', withdrawn: 'GONE', timedOut: 'LATE' };

test.each<[Recruitment['platform'], string, string, boolean]>([
  ['prolific', '5f8d0b4c2a1e3d0009a7b6c5', '60a1b2c3d4e5f60718293a4b', true],
  ['prolific', '5f8d0b4c2a1e3d0009a7b6c5', 'none', true],
  ['prolific', '{{%PROLIFIC_PID%}}', '{{%SESSION_ID%}}', false],
  ['prolific', '5f8d0b4c2a1e3d0009a7b6c5', '{{%SESSION_ID%}}', false],
  ['prolific', '5f8d0b4c2a1e3d0009a7b6c', 'none', false],
  ['prolific', 'test', 'none', false],
  ['prolific', '{{PROLIFIC_PID}}', 'none', false],
  ['prolific', '%PROLIFIC_PID%', 'none', false],
  ['prolific', '5f8d0b4c2a1e3d0009a7b6c5', '\x24{SESSION_ID}', false],
  ['mturk', 'A1B2C3D4E5F6G7', '3XYZ9ABCDEFGHIJKLMNOP', true],
  ['mturk', 'A1B2C3D4E5F6G7', 'ASSIGNMENT_ID_NOT_AVAILABLE', false],
  ['mturk', '{workerId}', '3XYZ9ABCDEFGHIJKLMNOP', false],
  ['mturk', '\x24{workerId}', '3XYZ9ABCDEFGHIJKLMNOP', false],
  ['mturk', 'A1B2C3D4E5F6G7', '\x24{assignmentId}', false],
  ['sona', '12345', 'none', true],
  ['sona', '%SURVEY_CODE%', 'none', false],
  ['cloudresearch', '0123456789ABCDEF0123456789ABCDEF', 'a1b2c3', true],
  ['cloudresearch', '[PARTICIPANT_ID]', 'none', false],
  ['cloudresearch', 'participantId', 'none', false],
  ['cloudresearch', '{{participantId}}', 'none', false],
  ['links', 'abcdefghijkmnpq2', 'none', true],
  ['links', 'abcdefghijkmnpq1', 'none', false],
])('isPlausible of %s id %j with submission %j is %j', (platform, participantId, submissionId, verdict) => {
  expect(isPlausible({ platform, participantId, submissionId })).toBe(verdict);
});

test.each([
  [
    'prolific',
    'PROLIFIC_PID=p&SESSION_ID=s',
    { platform: 'prolific', participantId: 'p', submissionId: 's' },
  ],
  ['prolific', 'workerId=w', null],
  ['none', 'workerId=w', { platform: 'mturk', participantId: 'w', submissionId: 'none' }],
  ['sona', 'survey_code=7', { platform: 'sona', participantId: '7', submissionId: 'none' }],
  [
    'cloudresearch',
    'participantId=c&assignmentId=a',
    { platform: 'cloudresearch', participantId: 'c', submissionId: 'a' },
  ],
  ['links', 'code=x', { platform: 'links', participantId: 'x', submissionId: 'none' }],
  ['links', '', null],
] as const)('recruitmentOf a %s study reads %j', (platform, address, found) => {
  expect(recruitmentOf(new URLSearchParams(address), platform)).toEqual(found);
});

const recruited = (recruitment: object, rest: object = {}) =>
  ({
    recruitment: {
      ...{ platform: 'none', codes: { done: '', screenedOut: '' }, urls: {}, quotaPerList: null },
      ...recruitment,
    },
    visits: { count: 1 },
    screening: { headphones: 'off', mobile: 'allow', refuse: [] },
    practice: { passMark: 0 },
    ...rest,
  }) as never;

test.each([
  ['an open link', recruited({}), null],
  [
    'Prolific without codes',
    recruited({ platform: 'prolific' }),
    /codes\.done must be a completion code of prolific/,
  ],
  ['Prolific with a code', recruited({ platform: 'prolific', codes: { done: 'C', screenedOut: '' } }), null],
  [
    'Prolific with an address instead',
    recruited({ platform: 'prolific', urls: { done: 'https://x.org' } }),
    null,
  ],
  [
    'Prolific with a headphone check and no code for those who fail it',
    recruited(
      { platform: 'prolific', codes: { done: 'C', screenedOut: '' } },
      { screening: { headphones: 'antiphase', mobile: 'allow', refuse: [] } },
    ),
    /codes\.screenedOut must be/,
  ],
  [
    'Prolific that refuses phones and has no code for them',
    recruited(
      { platform: 'prolific', codes: { done: 'C', screenedOut: '' } },
      { screening: { headphones: 'off', mobile: 'refuse', refuse: [] } },
    ),
    /codes\.screenedOut must be/,
  ],
  [
    'Prolific with a pass mark and no code for those below it',
    recruited({ platform: 'prolific', codes: { done: 'C', screenedOut: '' } }, { practice: { passMark: 1 } }),
    /codes\.screenedOut must be/,
  ],
  [
    'CloudResearch without codes',
    recruited({ platform: 'cloudresearch' }),
    /completion code of cloudresearch/,
  ],
  ['MTurk, which takes a form', recruited({ platform: 'mturk' }), null],
  ['Sona without its address', recruited({ platform: 'sona' }), /survey_code=\{participantId\}/],
  [
    'visits of people nobody knows again',
    recruited({}, { visits: { count: 2 } }),
    /platform must not be none/,
  ],
  [
    'a quota of lists where every task is for some only',
    recruited({ quotaPerList: 5 }, { tasks: { word: { when: {} } } }),
    /quotaPerList must stand in a study with a task for everybody/,
  ],
  [
    'a quota of lists where one task is for everybody',
    recruited({ quotaPerList: 5 }, { tasks: { word: { when: {} }, genre: { when: null } } }),
    null,
  ],
  ['only tasks for some, and no quota of lists', recruited({}, { tasks: { word: { when: {} } } }), null],
])('checkRecruitment of %s', (_, study, message) => {
  const check = () => checkRecruitment(study, 'study.json');
  if (message === null) expect(check).not.toThrow();
  else expect(check).toThrow(message);
});

const hour = 3_600_000;
const session = (change: Partial<Session>) =>
  ({
    state: 'complete',
    submission_hash: 'same',
    end_reason: '',
    visit: 1,
    ended_at: 0,
    last_seen_at: 0,
    ...change,
  }) as Session;
const studyOf = (change: { restart?: boolean; visits?: object; hours?: number } = {}) =>
  ({
    clock: () => (change.hours ?? 0) * hour,
    loaded: {
      study: {
        recruitment: { restartAfterWithdrawal: change.restart ?? false },
        visits: { count: 1, minHours: 0, maxHours: null, ...change.visits },
      },
    },
  }) as unknown as Site;
const twoVisits = { count: 2, minHours: 20, maxHours: 48 };

test.each<[string, Partial<Session>, Parameters<typeof studyOf>[0], string, string | RegExp]>([
  ['an open session, same submission', { state: 'active' }, {}, 'same', 'resume'],
  ['an open session, another submission', { state: 'active' }, {}, 'other', /taken part/],
  ['a complete session, same submission', {}, {}, 'same', 'resume'],
  ['a complete session, another submission', {}, {}, 'other', /taken part/],
  ['a phone turned away', { state: 'screened-out', end_reason: 'browser' }, {}, 'other', 'other-device'],
  ['a failed headphone check', { state: 'screened-out', end_reason: 'antiphase' }, {}, 'other', /taken part/],
  ['one whose time ran out', { state: 'timed-out', end_reason: 'time-limit' }, {}, 'other', /taken part/],
  ['one who left, same submission', { state: 'left' }, {}, 'same', 'resume'],
  ['one who left, another submission', { state: 'left' }, {}, 'other', /withdrawn .* cannot begin again/],
  ['one who was erased', { state: 'erased', submission_hash: null }, {}, 'same', /withdrawn/],
  ['one who was erased and may return', { state: 'erased' }, { restart: true }, 'same', 'anew'],
  ['one who left and may return', { state: 'left' }, { restart: true }, 'same', 'anew'],
  ['one who is complete, though who left may return', {}, { restart: true }, 'other', /taken part/],
  ['the next visit, due', {}, { visits: twoVisits, hours: 20 }, 'other', 'next-visit'],
  ['the next visit, too early', {}, { visits: twoVisits, hours: 19.5 }, 'other', /opens in 30 minutes/],
  ['the next visit, far too early', {}, { visits: twoVisits, hours: 1 }, 'other', /opens in 19 hours/],
  ['a reload of the end before the next visit', {}, { visits: twoVisits, hours: 1 }, 'same', 'resume'],
  ['the next visit, on the last hour', {}, { visits: twoVisits, hours: 48 }, 'other', 'next-visit'],
  ['the next visit, too late', {}, { visits: twoVisits, hours: 48.1 }, 'other', /is over/],
  ['after the last visit', { visit: 2 }, { visits: twoVisits, hours: 20 }, 'other', /taken part/],
  ['an unfinished first visit', { state: 'active' }, { visits: twoVisits, hours: 20 }, 'other', /taken part/],
])('returnOf %s', (_, last, study, submission, verdict) => {
  const decide = () => returnOf(studyOf(study), session(last), submission).way;
  if (typeof verdict === 'string') expect(decide()).toBe(verdict);
  else expect(decide).toThrow(verdict);
});

const site = (platform: string, urls: object = {}) =>
  ({ loaded: { study: { recruitment: { platform, codes, urls } } } }) as unknown as Site;
const bare = {
  loaded: { study: { recruitment: { platform: 'none', codes: { done: '' }, urls: {} } } },
} as never;

test.each<[string, Site, Partial<Session>, string, string]>([
  [
    'a complete Prolific session',
    site('prolific'),
    { state: 'complete' },
    'DONE',
    'https://app.prolific.com/submissions/complete?cc=DONE',
  ],
  [
    'a screened-out one',
    site('prolific', { screenedOut: 'https://x.org/?c={code}' }),
    { state: 'screened-out' },
    'OUT',
    'https://x.org/?c=OUT',
  ],
  ['one that left after answers', site('mturk'), { state: 'left', next_position: 1 }, 'GONE', ''],
  ['one that left at once', site('mturk'), { state: 'left', next_position: 0 }, '', ''],
  ['one about to be erased at once', site('prolific'), { state: 'active', next_position: 0 }, '', ''],
  ['one about to be erased after answers', site('mturk'), { state: 'active', next_position: 3 }, 'GONE', ''],
  ['one whose time ran out', site('mturk'), { state: 'timed-out', next_position: 0 }, 'LATE', ''],
  ['an open link', bare, { state: 'complete' }, 'p0123456789', ''],
  ['an open link left at once', bare, { state: 'left', next_position: 0 }, '', ''],
  [
    'a Sona session',
    site('sona', { done: 'https://s.org/credit?survey_code={participantId}' }),
    { state: 'complete' },
    'DONE',
    'https://s.org/credit?survey_code={participantId}',
  ],
])('exitOf %s', (_, study, ended, code, url) => {
  expect(exitOf(study, { id: 'p0123456789', next_position: 5, ...ended } as Session)).toEqual({ code, url });
});
