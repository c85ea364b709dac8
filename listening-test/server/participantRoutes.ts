import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Response, Router } from 'express';
import { validated } from '../../src/base/validate.ts';
import { answerStep } from '../session/answerStep.ts';
import { currentSession, findSession, openPage } from '../session/findSession.ts';
import { leaveSchema, leaveSession } from '../session/leave.ts';
import { type SessionState, sessionState } from '../session/sessionState.ts';
import type { Site } from '../session/site.ts';
import { startSchema, startSession } from '../session/startSession.ts';
import { answerTrial, responseSchema } from '../session/trials/answerTrial.ts';
import { offerClip } from '../session/trials/offerClip.ts';
import { beginPlay, beginSchema, playSchema, recordPlay } from '../session/trials/recordPlay.ts';
import { forgetDeleted } from '../store/openStore.ts';
import { bearerToken, callerOf, pageOf, trialPosition } from './http.ts';
import { debriefingHtml, publicStudy } from './publicStudy.ts';

/** The participant's interface, below `/api`. */
export function participantRoutes(site: Site): Router {
  const router = Router();
  const study = publicStudy(site);
  router.get('/study', (_request, response) => void response.json(study));
  router.post('/sessions', async (request, response) => {
    const started = await startSession(
      site,
      validated(startSchema, request.body, 'sessions'),
      pageOf(request),
    );
    response.status(201).json({ token: started.token, session: withDebriefing(site, started.session) });
  });
  // Who does not agree gets no code: nothing was done.
  router.post('/declined', (_request, response) => void response.json({ code: '', url: '' }));
  router.get('/session', async (request, response) => {
    const { database } = site.store;
    const session = await currentSession(site, bearerToken(request));
    response.json(withDebriefing(site, await sessionState(site, database, session)));
  });
  router.post('/session/page', async (request, response) => {
    const state = await openPage(site, callerOf(request), (transaction, session) =>
      sessionState(site, transaction, session),
    );
    response.json(withDebriefing(site, state));
  });
  router.put('/session/steps/:step', async (request, response) => {
    const state = await answerStep(site, callerOf(request), request.params.step, request.body);
    response.json(withDebriefing(site, state));
  });
  router.post('/session/leave', async (request, response) => {
    const wish = validated(leaveSchema, request.body, 'leave');
    const state = await leaveSession(site, callerOf(request), wish);
    if (wish.deleteAnswers) await forgetDeleted(site.store);
    response.json(withDebriefing(site, state));
  });
  addTrialRoutes(router, site);
  return router;
}

function addTrialRoutes(router: Router, site: Site): void {
  router.get('/session/clips/:clip', async (request, response) => {
    const clip = await offerClip(site, callerOf(request), request.params.clip);
    sendSound(response, clip.bytes);
  });
  router.get('/session/level', async (request, response) => {
    await findSession(site, site.store.database, bearerToken(request));
    sendSound(response, readFileSync(join(site.loaded.folder, 'clips', site.loaded.study.level.file)));
  });
  router.post('/session/trials/:position/begin', async (request, response) => {
    const play = validated(beginSchema, request.body, 'play');
    response.json(await beginPlay(site, callerOf(request), trialPosition(request), play));
  });
  router.post('/session/trials/:position/plays', async (request, response) => {
    const report = validated(playSchema, request.body, 'play');
    response.json(await recordPlay(site, callerOf(request), trialPosition(request), report));
  });
  router.put('/session/trials/:position', async (request, response) => {
    const answer = validated(responseSchema, request.body, 'response');
    const saved = await answerTrial(site, callerOf(request), trialPosition(request), answer);
    response.json({ ...saved, session: withDebriefing(site, saved.session) });
  });
}

/** Every sound looks alike: no name, no date, no tag by which conditions could be told apart. */
function sendSound(response: Response, bytes: Uint8Array): void {
  const isFlac = Buffer.from(bytes.subarray(0, 4)).toString() === 'fLaC';
  const type = isFlac ? 'audio/flac' : 'audio/wav';
  response.set({ 'Content-Type': type, 'Accept-Ranges': 'none' }).end(bytes);
}

function withDebriefing(site: Site, state: SessionState): SessionState & { debriefingHtml: string } {
  return { ...state, debriefingHtml: state.state === 'active' ? '' : debriefingHtml(site, state.state) };
}
