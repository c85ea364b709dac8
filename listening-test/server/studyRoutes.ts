import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import { Refusal } from '../session/refusal.ts';
import type { Site } from '../session/site.ts';
import { isPictureName } from '../study/pictures.ts';
import { refuseDeepNesting, requireJson } from './http.ts';
import { participantRoutes } from './participantRoutes.ts';
import { type RateLimits, rateLimits, securityHeaders } from './security.ts';

/** Largest body a page may send. */
const bodyLimit = '64kb';

/**
 * What every interface asks of a request: a bearable number of them, JSON of bearable size, no copy kept on the way.
 *
 * @param limits - Requests a minute.
 * @returns Middleware.
 */
export function interfaceRules(limits: RateLimits): RequestHandler[] {
  return [
    (_request, response, next) => {
      response.set('Cache-Control', 'no-store');
      next();
    },
    ...rateLimits(limits),
    requireJson,
    express.json({ limit: bodyLimit, strict: true, verify: refuseDeepNesting }),
  ];
}

/**
 * One of the bundled pages.
 *
 * @param pagesFolder - Where they are.
 * @param name - File name.
 */
export function bundledPage(pagesFolder: string, name: string): RequestHandler {
  return (_request, response) => {
    response.sendFile(name, {
      root: pagesFolder,
      cacheControl: false,
      headers: { 'Cache-Control': 'no-store' },
    });
  };
}

/**
 * Scripts and styles of the bundled pages; their names change with their contents.
 *
 * @param pagesFolder - Where they are.
 */
export function bundledAssets(pagesFolder: string): RequestHandler {
  return express.static(join(pagesFolder, 'assets'), { immutable: true, maxAge: '1y', index: false });
}

/**
 * Everything participants of one study see, below the study's own path.
 *
 * @param site - The study.
 * @param options - Folder of the bundled pages, requests a minute.
 */
export function studyRoutes(site: Site, options: { pagesFolder: string; limits: RateLimits }): Router {
  const { pagesFolder, limits } = options;
  const { study, folder } = site.loaded;
  const router = Router();
  router.use(securityHeaders(study));
  router.get('/', withSlash, bundledPage(pagesFolder, 'participant.html'));
  router.use('/assets', bundledAssets(pagesFolder));
  const plugins = new Set(study.plugins.map(({ file }) => file));
  router.get('/plugins/:file', (request, response) => {
    if (!plugins.has(request.params.file)) throw new Refusal(404, 'not-found', 'There is nothing here.');
    response.sendFile(request.params.file, { root: join(folder, 'plugins') });
  });
  router.get('/pictures/:file', (request, response) => {
    const name = request.params.file;
    if (!isPictureName(name) || !existsSync(join(folder, 'pictures', name)))
      throw new Refusal(404, 'not-found', 'There is nothing here.');
    response.sendFile(name, { root: join(folder, 'pictures') });
  });
  router.use('/api', ...interfaceRules(limits), participantRoutes(site));
  return router;
}

/** The page's own addresses are relative: they need the slash at the end of the study's path. */
const withSlash: RequestHandler = (request, response, next) => {
  const [path, ...query] = request.originalUrl.split('?');
  if (path!.endsWith('/')) return next();
  const name = path!.slice(path!.lastIndexOf('/') + 1);
  response.redirect(308, `${name}/${query.length > 0 ? `?${query.join('?')}` : ''}`);
};
