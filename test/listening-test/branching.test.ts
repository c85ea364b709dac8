import { describe, expect, test } from 'vitest';
import { ListsWanted, reserveLists } from '../../listening-test/session/reserveLists.ts';
import { answersOfScreens, isFulfilled } from '../../listening-test/study/branching.ts';
import { bundledPlugins, checkSurveys } from '../../listening-test/study/surveySchema.ts';
import { joinStudy, passStep, passTrial, runTo, send } from './client.ts';
import { type MakeStudyOptions, makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

describe('isFulfilled', () => {
  test.each([
    [undefined, {}, true],
    [null, {}, true],
    [{ question: 'a', is: ['yes'] }, { a: 'yes' }, true],
    [{ question: 'a', is: ['yes'] }, { a: 'no' }, false],
    [{ question: 'a', is: ['no', 'yes'] }, { a: 'yes' }, true],
    [{ question: 'a', is: ['yes'] }, {}, false],
    [{ question: 'a', is: ['null'] }, { a: null }, false],
    [{ question: 'a', is: [1] }, { a: 1 }, true],
    [{ question: 'a', is: ['1'] }, { a: 1 }, true],
    [{ question: 'a', is: [true] }, { a: true }, true],
    [{ question: 'a', is: ['x'] }, { a: ['w', 'x'] }, true],
    [{ question: 'a', is: ['x'] }, { a: ['w'] }, false],
  ])('%j of %j: %j', (condition, given, expected) => {
    expect(isFulfilled(condition, given)).toBe(expected);
  });
});

test('answersOfScreens takes records of answers, named screens, and the later of two', () => {
  expect(
    answersOfScreens([
      { response: { a: 1, b: 2 } },
      { response: 0, survey_name: 'pick' },
      { response: 3 },
      { response: { a: 4 } },
      {},
    ]),
  ).toEqual({ a: 4, b: 2, pick: 0 });
  expect(Object.keys(answersOfScreens([{ response: 3 }, { response: ['x'] }, {}]))).toEqual([]);
});

const text = (questions: unknown) => ({ type: 'survey-text', parameters: { questions } }) as object;
const study = (surveys: object, more: object = {}) => ({
  surveys: { before: [], after: [], atBreaks: [], afterTask: {}, ...surveys },
  plugins: [{ global: 'jsPsychOwn' }],
  tasks: { word: { when: null } },
  screening: { refuse: [], demographics: true },
  recruitment: { quotaPerGroup: null },
  ...more,
});

describe('checkSurveys', () => {
  const mood = text([{ prompt: 'How?', name: 'mood' }]);
  test.each([
    [{}, null],
    [{ before: [mood] }, null],
    [{ before: [{ type: 'jsPsychOwn', parameters: { anything: 1 } }] }, null],
    [{ before: [{ type: 'survey', parameters: {} }] }, 'surveys.type must be one of'],
    [
      { before: [{ type: 'survey-text', parameters: { question: [] } }] },
      "must have the parameter 'questions'",
    ],
    [{ after: [{ type: 'survey-text', parameters: { questions: [], preambel: '' } }] }, "got 'preambel'"],
    [{ atBreaks: [{ type: 'survey-text', parameters: { questions: {} } }] }, 'must be a list'],
    [{ afterTask: { word: [text([{ promt: 'How?' }])] } }, "got 'promt'"],
    [{ afterTask: { genre: [] } }, "surveys.afterTask must name tasks (word), got 'genre'"],
    [{ before: [mood, { ...mood, when: { question: 'mod', is: ['x'] } }] }, "got 'mod'"],
    [{ before: [mood, { ...mood, when: { question: 'mood', is: ['x'] } }] }, null],
    [{ before: [text([{ prompt: 'a' }]), { ...mood, when: { question: 'Q0', is: ['x'] } }] }, null],
    [{ before: [{ ...mood, when: { question: 'hearingLoss', is: ['no'] } }] }, null],
    [
      {
        before: [{ type: 'survey-html-form', parameters: { html: '<input name="x">' } }],
        after: [{ ...mood, when: { question: 'x', is: ['1'] } }],
      },
      null,
    ],
  ])('%j: %s', (surveys, problem) => {
    const check = () => checkSurveys(study(surveys) as never, 'study.json');
    if (problem) expect(check).toThrow(problem);
    else expect(check).not.toThrow();
  });

  test.each([
    [{ tasks: { word: { when: { question: 'mood', is: ['x'] } } } }, "got 'mood'"],
    [{ screening: { refuse: [{ question: 'mood', is: ['x'] }], demographics: false } }, "got 'mood'"],
    [{ screening: { refuse: [{ question: 'age', is: [18] }], demographics: false } }, 'there is none'],
    [{ screening: { refuse: [{ question: 'age', is: [18] }], demographics: true } }, null],
  ])('tasks and screening depend on what is asked before them: %j: %s', (more, problem) => {
    const check = () => checkSurveys(study({ after: [mood] }, more) as never, 'study.json');
    if (problem) expect(check).toThrow(problem);
    else expect(check).not.toThrow();
  });

  test('knows the very parameters of the bundled plugins', async () => {
    Object.assign(globalThis, { window: globalThis });
    for (const [name, { parameters, questions }] of Object.entries(bundledPlugins)) {
      const module = await import(`@jspsych/plugin-${name}`);
      const { info } = module.default.default ?? module.default;
      expect(Object.keys(info.parameters).sort(), name).toEqual([...parameters].sort());
      const nested = Object.keys(info.parameters.questions?.nested ?? {});
      expect(nested.sort(), name).toEqual([...questions].sort());
    }
  });
});

const ask = (name: string) => text([{ prompt: `${name}?`, name }]);
const serve = async (config: object, more: Partial<MakeStudyOptions> = {}) => {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    practice: 1,
    catches: 0,
    config: { screening: { headphones: 'off', level: false }, ...config } as never,
    ...more,
  });
  const { base, site } = await serveStudy(folder);
  const participant = await joinStudy(base);
  const put = async (step: string, response: object) => {
    const url = `${base}/api/session/steps/${step}`;
    const body = { data: [{ response }] };
    const sent = await send<typeof participant.state>(url, { method: 'PUT', token: participant.token, body });
    if (sent.status === 200) participant.state = sent.body;
    return sent;
  };
  return { base, site, participant, put };
};

describe('a session that depends on answers', () => {
  test('surveys stand between tasks and at breaks; each is due once, in its turn', async () => {
    const surveys = { afterTask: { word: [ask('w')], genre: [ask('g')] }, atBreaks: [ask('b')] };
    const { base, participant, put } = await serve(
      { surveys, breaks: 1 },
      { genres: ['rock', 'jazz', 'soul', 'folk'] },
    );
    await runTo(base, participant, 'main');
    const seen: string[] = [];
    expect((await put('survey-after-word', { w: 1 })).status).toBe(409);
    while (participant.state.step === 'main' || participant.state.interlude) {
      const { interlude } = participant.state;
      if (interlude) {
        seen.push(`${interlude} at ${participant.state.trial?.number ?? 'end'}`);
        expect((await put('survey-break-7', { b: 1 })).status).toBe(409);
        expect((await put(interlude, { x: 1 })).status).toBe(200);
        expect(participant.state.interlude).not.toBe(interlude);
        // The same answer sent again changes nothing.
        expect((await put(interlude, { x: 2 })).status).toBe(200);
      } else await passTrial(base, participant, () => []);
    }
    expect(seen.map((place) => place.replace(/word|genre/, 'task'))).toEqual([
      'survey-after-task at 5',
      'survey-break-1 at 5',
      'survey-after-task at end',
    ]);
  });

  test.each([
    [2, 1, []],
    [3, 1, [3]],
    [4, 2, []],
    [5, 2, [3, 5]],
    [4, 1, [3]],
  ])('%i trials with %i breaks stop before the trials %j', async (count, breaks, stops) => {
    const words = ['after', 'before', 'could', 'found', 'great'].slice(0, count);
    const { base, participant } = await serve({ breaks }, { words, stages: ['relu0'], practice: 0 });
    await runTo(base, participant, 'main');
    const seen: number[] = [];
    while (participant.state.step === 'main') {
      const { number, breakBefore } = participant.state.trial!;
      if (breakBefore) seen.push(number);
      await passTrial(base, participant, () => []);
    }
    expect(seen).toEqual(stops);
  });

  test('a task is there only for those who gave the answer it depends on', async () => {
    const config = {
      surveys: { before: [ask('likes')] },
      tasks: {
        word: { when: { question: 'likes', is: ['words'] } },
        genre: { when: { question: 'likes', is: ['music', 'both'] } },
      },
    };
    const tasksOf = async (likes: string, lost?: string) => {
      const { base, participant, put, site } = await serve(config, { genres: ['rock', 'jazz'] });
      while (participant.state.step !== 'survey-before') await passStep(base, participant);
      const sessions = site.store.database.selectFrom('sessions').selectAll();
      const session = await sessions.executeTakeFirstOrThrow();
      // A server that ends before it stores the answer for which it reserved a list.
      if (lost) await reserveLists(site, new ListsWanted(session, { likes: lost }));
      await put('survey-before', { likes });
      await runTo(base, participant, 'comments');
      const rows = await site.store.database.selectFrom('trials').select(['task', 'phase']).execute();
      const lists = await site.store.database.selectFrom('reservations').select('task').execute();
      return [
        ...new Set(rows.map(({ task, phase }) => `${phase} ${task}`)),
        ...lists.map(({ task }) => task),
      ];
    };
    expect(await tasksOf('words')).toEqual(['practice word', 'main word', 'word']);
    expect(await tasksOf('both')).toEqual(['practice genre', 'main genre', 'genre']);
    expect(await tasksOf('nothing')).toEqual([]);
    expect(await tasksOf('both', 'words')).toEqual(['practice genre', 'main genre', 'genre']);
    expect(await tasksOf('nothing', 'words')).toEqual([]);
  });

  test.each([
    ['no', 'active'],
    ['yes', 'screened-out'],
  ])('an answer may end the study: %s leaves it %s', async (ill, state) => {
    const refuse = [{ question: 'ill', is: ['yes'] }];
    const { base, participant, put } = await serve({
      surveys: { before: [ask('ill')] },
      screening: { headphones: 'off', level: false, refuse },
    });
    while (participant.state.step !== 'survey-before') await passStep(base, participant);
    await put('survey-before', { ill });
    expect(participant.state.state).toBe(state);
    if (state === 'screened-out') expect(participant.state.ending).toMatchObject({ reason: 'survey-before' });
  });

  test.each([
    ['survey-after-__proto__', { data: [] }, 409],
    ['survey-after-', { data: [] }, 409],
    ['survey-break-1', { data: [] }, 409],
    ['survey-break-1', { data: 'x' }, 400],
    ['survey-break-1', {}, 400],
    ['survey-elsewhere', { data: [] }, 404],
  ])('%s with %j, sent when it is not due, gets %i and stores nothing', async (step, body, status) => {
    const { base, participant, site } = await serve({ surveys: { afterTask: { word: [ask('w')] } } });
    const url = `${base}/api/session/steps/${step}`;
    const sent = await send(url, { method: 'PUT', token: participant.token, body });
    expect(sent.status).toBe(status);
    expect(await site.store.database.selectFrom('steps').selectAll().execute()).toEqual([]);
    expect((await send(url, { method: 'PUT', body })).status).toBe(401);
  });
});
