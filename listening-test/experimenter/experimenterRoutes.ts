import { Router } from 'express';
import { strToU8, zipSync } from 'fflate';
import { z } from 'zod';
import { validated } from '../../src/base/validate.ts';
import { exportFiles, exportFormats } from '../export/exportFiles.ts';
import { eraseSession } from '../session/leave.ts';
import { Refusal } from '../session/refusal.ts';
import type { Site } from '../session/site.ts';
import { forgetDeleted, transact } from '../store/openStore.ts';
import { logIn, logOut, requireExperimenter } from './adminSession.ts';
import type { PasswordHash } from './password.ts';
import { startPreview } from './preview.ts';
import { summarize } from './summary.ts';

const loginSchema = z.strictObject({ password: z.string().max(500) });
const stateSchema = z.strictObject({ state: z.enum(['open', 'paused', 'closed']) });
const previewSchema = z.strictObject({ stimulus: z.string().max(100).nullable() });
const participantSchema = z.strictObject({ participant: z.string().regex(/^p[0-9a-f]{10}$/) });
const exclusionSchema = participantSchema.extend({
  reason: z
    .string()
    .min(1)
    .max(1000)
    .regex(/^[^\0]*$/),
});

/**
 * The experimenter's interface, below `/api/experimenter`.
 *
 * @param site - The site.
 * @param password - The password's hash.
 * @returns The routes; all but the login ask for one.
 */
export function experimenterRoutes(site: Site, password: PasswordHash): Router {
  const router = Router();
  router.post('/login', async (request, response) => {
    const entered = validated(loginSchema, request.body, 'login');
    const login = await logIn(site, password, { request, response, password: entered.password });
    await log(site, 'log in', '');
    response.json(login);
  });
  router.use(requireExperimenter(site));
  router.post('/logout', async (request, response) => {
    await logOut(site, request, response);
    response.json({});
  });
  router.get('/me', (_request, response) => void response.json({ csrf: response.locals['csrf'] }));
  router.get('/summary', async (_request, response) => void response.json(await summarize(site)));
  router.get('/stimuli', (_request, response) => {
    const stimuli = [...site.loaded.stimuli.values()];
    response.json(
      stimuli.map(({ id, task, role, sourceId, condition, target }) => ({
        id,
        task,
        role,
        sourceId,
        condition,
        target,
      })),
    );
  });
  addChanges(router, site);
  addExport(router, site);
  return router;
}

function addChanges(router: Router, site: Site): void {
  const { database } = site.store;
  router.post('/state', async (request, response) => {
    const { state } = validated(stateSchema, request.body, 'state');
    await database.updateTable('studies').set({ state }).where('id', '=', site.loaded.study.id).execute();
    await log(site, 'state', state);
    response.json({ state });
  });
  router.post('/previews', async (request, response) => {
    const { stimulus } = validated(previewSchema, request.body, 'preview');
    response.status(201).json({ address: await startPreview(site, stimulus) });
  });
  router.post('/erase', async (request, response) => {
    const { participant } = validated(participantSchema, request.body, 'erase');
    const isErased = await transact(site.store, (transaction) =>
      eraseSession(site, transaction, { session: participant, actor: 'experimenter' }),
    );
    await forgetDeleted(site.store);
    if (!isErased) throw new Refusal(404, 'no-participant', 'There is no such participant.');
    response.json({ erased: participant });
  });
  router.post('/exclude', async (request, response) => {
    const { participant, reason } = validated(exclusionSchema, request.body, 'exclude');
    const known = await database
      .selectFrom('sessions')
      .select('id')
      .where('id', '=', participant)
      .where('study', '=', site.loaded.study.id)
      .executeTakeFirst();
    if (!known) throw new Refusal(404, 'no-participant', 'There is no such participant.');
    const row = { session: participant, rule: 'experimenter', reason, created_at: site.clock() };
    await database
      .insertInto('exclusions')
      .values(row)
      .onConflict((conflict) => conflict.columns(['session', 'rule']).doUpdateSet({ reason }))
      .execute();
    await log(site, 'exclude', participant);
    response.json({ excluded: participant });
  });
}

function addExport(router: Router, site: Site): void {
  router.get('/export/:format', async (request, response) => {
    const format = exportFormats.find((known) => known === request.params.format);
    if (!format) throw new Refusal(404, 'no-format', `The format must be ${exportFormats.join(', ')}.`);
    const files = await exportFiles(site, format);
    const entries = [...files].map(([path, text]) => [path, strToU8(text)]);
    await log(site, 'export', format);
    response
      .type('application/zip')
      .set('Content-Disposition', `attachment; filename="${site.loaded.study.id}-${format}.zip"`)
      .end(zipSync(Object.fromEntries(entries)));
  });
}

async function log(site: Site, action: string, detail: string): Promise<void> {
  const entry = { at: site.clock(), actor: 'experimenter', action, detail };
  await site.store.database.insertInto('audit').values(entry).execute();
}
