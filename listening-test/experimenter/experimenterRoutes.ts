import { Router } from 'express';
import { z } from 'zod';
import { validated } from '../../src/base/validate.ts';
import { firstAccount } from './accounts.ts';
import { logIn, loginOf, logOut, requireExperimenter } from './adminSession.ts';
import { controlRoutes } from './controlRoutes.ts';
import { type Laboratory, latestEntries, log } from './laboratory.ts';
import { listStudies } from './listStudies.ts';

const loginSchema = z.strictObject({
  name: z.string().max(100).prefault(firstAccount),
  password: z.string().max(500),
});

/**
 * The experimenters' interface, below `/api/experimenter`: logins, and every study's controls — those of an only study
 * at once, those of several below `studies/<path>`.
 *
 * @param laboratory - Studies and accounts.
 * @returns The routes; all but the login ask for one.
 */
export function experimenterRoutes(laboratory: Laboratory): Router {
  const router = Router();
  const [only] = laboratory.studies;
  const place = only && only.path === '' ? only.site : laboratory;
  router.post('/login', async (request, response) => {
    const entered = validated(loginSchema, request.body, 'login');
    const login = await logIn(laboratory, entered, { request, response });
    await log(place, { actor: login.account, action: 'log in' });
    response.json(login);
  });
  router.use(requireExperimenter(laboratory));
  router.post('/logout', async (request, response) => {
    await logOut(laboratory, { request, response });
    response.json({});
  });
  router.get('/me', (_request, response) => void response.json(loginOf(response)));
  router.get('/studies', async (_request, response) => {
    response.json(await listStudies(laboratory));
  });
  // What concerns all studies; an only study has it in its own log.
  router.get('/log', async (_request, response) => void response.json(await latestEntries(laboratory, '')));
  for (const { path, site } of laboratory.studies)
    router.use(path ? `/studies/${path}` : '/', controlRoutes(site, path));
  return router;
}
