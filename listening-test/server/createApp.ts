import express, { type Express } from 'express';
import { experimenterRoutes } from '../experimenter/experimenterRoutes.ts';
import type { Laboratory } from '../experimenter/laboratory.ts';
import { Refusal } from '../session/refusal.ts';
import { health } from './health.ts';
import { errorHandler } from './http.ts';
import { logRequests } from './logRequests.ts';
import { createMetrics } from './metrics.ts';
import { defaultRateLimits, type RateLimits, securityHeaders } from './security.ts';
import { errorFields, type ServerLog } from './serverLog.ts';
import { bundledAssets, bundledPage, interfaceRules, studyRoutes } from './studyRoutes.ts';

/** What the server is made of. */
export interface AppOptions {
  /** The study, or the studies, and who may log in. */
  laboratory: Laboratory;
  /** Folder with the bundled pages. */
  pagesFolder: string;
  log: ServerLog;
  limits?: RateLimits;
  /** Bearer token for the numbers at `/metrics`. */
  metricsToken?: string | undefined;
}

/**
 * The web server of one study, or of several below paths of their own; it does not listen by itself.
 *
 * @param options - Studies, pages, log, limits.
 * @returns The Express application.
 */
export function createApp(options: AppOptions): Express {
  const { laboratory, pagesFolder, log, limits = defaultRateLimits } = options;
  const { studies } = laboratory;
  const metrics = createMetrics(laboratory, options.metricsToken);
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(logRequests(log, new Set(studies.map(({ path }) => path))), metrics.observe);
  app.use(['/health', '/metrics', '/experimenter', '/api/experimenter'], securityHeaders());
  app.get('/health', health(laboratory));
  app.get('/metrics', metrics.expose);
  app.get('/experimenter', bundledPage(pagesFolder, 'experimenter.html'));
  app.use('/assets', bundledAssets(pagesFolder));
  app.use('/api/experimenter', ...interfaceRules(limits), experimenterRoutes(laboratory));
  for (const { path, site } of studies) {
    if (path)
      app.get(`/${path}/experimenter`, (_request, response) =>
        response.redirect(308, `../experimenter?study=${encodeURIComponent(path)}`),
      );
    app.use(`/${path}`, studyRoutes(site, { pagesFolder, limits }));
  }
  app.use(securityHeaders(), (_request, _response, next) =>
    next(new Refusal(404, 'not-found', 'There is nothing here.')),
  );
  app.use(errorHandler((error) => log.error(errorFields(error), 'request failed')));
  return app;
}
