import { Router } from 'express';
import { strToU8, zipSync } from 'fflate';
import { z } from 'zod';
import { validated } from '../../src/base/validate.ts';
import { exportFiles, exportFormats } from '../export/exportFiles.ts';
import { eraseSession } from '../session/leave.ts';
import { Refusal } from '../session/refusal.ts';
import type { Site } from '../session/site.ts';
import { forgetDeleted, transact } from '../store/openStore.ts';
import { loginOf } from './adminSession.ts';
import { createConducts } from './conducts.ts';
import { exclude, include } from './exclude.ts';
import { latestEntries, log } from './laboratory.ts';
import { findParticipants, participantQuerySchema } from './participants.ts';
import { startPreview } from './preview.ts';
import { summarize } from './summary.ts';

const stateSchema = z.strictObject({ state: z.enum(['open', 'paused', 'closed']) });
const previewSchema = z.strictObject({ stimulus: z.string().max(100).nullable() });
const participantSchema = z.strictObject({ participant: z.string().regex(/^p[0-9a-f]{10}$/) });
const exclusionSchema = participantSchema.extend({
  reason: z
    .string()
    .trim()
    .min(1)
    .max(1000)
    .regex(/^[^\0]*$/),
});

/**
 * One study's controls.
 *
 * @param site - The study.
 * @param path - Where its pages are below the server's root.
 * @returns The routes; who comes here is logged in.
 */
export function controlRoutes(site: Site, path: string): Router {
  const router = Router();
  const conducts = createConducts(site);
  router.get('/summary', async (_request, response) => {
    response.json(await summarize(site, await conducts()));
  });
  // The search may hold a recruitment id, which has no place in an address that proxies log.
  router.post('/participants', async (request, response) => {
    const query = validated(participantQuerySchema, request.body, 'participants');
    response.json(await findParticipants(site, query, await conducts()));
  });
  router.get('/audit', async (_request, response) => {
    response.json(await latestEntries(site, site.loaded.study.id));
  });
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
  addChanges(router, site, path);
  addParticipantChanges(router, site);
  addExport(router, site);
  return router;
}

function addChanges(router: Router, site: Site, path: string): void {
  router.post('/state', async (request, response) => {
    const { state } = validated(stateSchema, request.body, 'state');
    await site.store.database
      .updateTable('studies')
      .set({ state })
      .where('id', '=', site.loaded.study.id)
      .execute();
    await log(site, { actor: loginOf(response).account, action: 'state', detail: state });
    response.json({ state });
  });
  router.post('/previews', async (request, response) => {
    const { stimulus } = validated(previewSchema, request.body, 'preview');
    const page = path ? `${path}/` : '';
    response.status(201).json({ address: `${page}${await startPreview(site, stimulus)}` });
  });
}

function addParticipantChanges(router: Router, site: Site): void {
  router.post('/erase', async (request, response) => {
    const { participant } = validated(participantSchema, request.body, 'erase');
    const { account: actor } = loginOf(response);
    const isErased = await transact(site.store, (transaction) =>
      eraseSession(site, transaction, { session: participant, actor }),
    );
    await forgetDeleted(site.store);
    if (!isErased) throw new Refusal(404, 'no-participant', 'There is no such participant.');
    response.json({ erased: participant });
  });
  router.post('/exclude', async (request, response) => {
    const exclusion = validated(exclusionSchema, request.body, 'exclude');
    await exclude(site, { ...exclusion, actor: loginOf(response).account });
    response.json({ excluded: exclusion.participant });
  });
  router.post('/include', async (request, response) => {
    const { participant } = validated(participantSchema, request.body, 'include');
    await include(site, { participant, actor: loginOf(response).account });
    response.json({ included: participant });
  });
}

function addExport(router: Router, site: Site): void {
  router.get('/export/:format', async (request, response) => {
    const format = exportFormats.find((known) => known === request.params.format);
    if (!format) throw new Refusal(404, 'no-format', `The format must be ${exportFormats.join(', ')}.`);
    const files = await exportFiles(site, format);
    const entries = [...files].map(([path, text]) => [path, strToU8(text)]);
    await log(site, { actor: loginOf(response).account, action: 'export', detail: format });
    response
      .type('application/zip')
      .set('Content-Disposition', `attachment; filename="${site.loaded.study.id}-${format}.zip"`)
      .end(zipSync(Object.fromEntries(entries)));
  });
}
