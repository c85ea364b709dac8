import { join } from 'node:path';
import express, { type Express } from 'express';
import { experimenterRoutes } from '../experimenter/experimenterRoutes.ts';
import type { PasswordHash } from '../experimenter/password.ts';
import { Refusal } from '../session/refusal.ts';
import type { Site } from '../session/site.ts';
import { errorHandler, refuseDeepNesting, requireJson } from './http.ts';
import { participantRoutes } from './participantRoutes.ts';
import { defaultRateLimits, type RateLimits, rateLimits, securityHeaders } from './security.ts';

/** What the server is made of. */
export interface AppOptions {
  site: Site;
  /** Folder with the bundled pages. */
  pagesFolder: string;
  /** The experimenter's password. */
  password: PasswordHash;
  /** Receives errors nobody foresaw. */
  report: (error: unknown) => void;
  limits?: RateLimits;
}

/** Largest body a page may send. */
const bodyLimit = '64kb';

/**
 * The study's web server; it does not listen by itself.
 *
 * @param options - Site, pages, error log, limits.
 * @returns The Express application.
 */
export function createApp(options: AppOptions): Express {
  const { site, pagesFolder, report, limits = defaultRateLimits } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(securityHeaders(site.loaded.study));
  app.get('/health', (_request, response) => void response.json({ ok: true }));
  addPages(app, options);
  app.use('/api', (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use(
    '/api',
    ...rateLimits(limits),
    requireJson,
    express.json({ limit: bodyLimit, strict: true, verify: refuseDeepNesting }),
  );
  app.use('/api/experimenter', experimenterRoutes(site, options.password));
  app.use('/api', participantRoutes(site));
  app.use((_request, _response, next) => next(new Refusal(404, 'not-found', 'There is nothing here.')));
  app.use(errorHandler(report));
  return app;

  function addPages(app: Express, { site }: AppOptions): void {
    const page = (name: string): express.RequestHandler => {
      return (_request, response) => {
        response.sendFile(name, {
          root: pagesFolder,
          cacheControl: false,
          headers: { 'Cache-Control': 'no-store' },
        });
      };
    };
    app.get('/', page('participant.html'));
    app.get('/experimenter', page('experimenter.html'));
    app.use(
      '/assets',
      express.static(join(pagesFolder, 'assets'), { immutable: true, maxAge: '1y', index: false }),
    );
    const plugins = new Set(site.loaded.study.plugins.map(({ file }) => file));
    app.get('/plugins/:file', (request, response) => {
      if (!plugins.has(request.params.file)) throw new Refusal(404, 'not-found', 'There is nothing here.');
      response.sendFile(request.params.file, { root: join(site.loaded.folder, 'plugins') });
    });
  }
}
