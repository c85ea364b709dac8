import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { addressPattern } from './addressPattern.ts';
import type { ServerLog } from './serverLog.ts';

/**
 * Writes one line a request: method, pattern of the address, status and time. No address of a computer, no browser, no
 * id, no token.
 *
 * @param studies - Paths of the server's studies.
 * @returns Middleware.
 */
export function logRequests(log: ServerLog, studies: ReadonlySet<string>): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    const id = randomUUID();
    response.locals['requestId'] = id;
    response.on('finish', () => {
      const { method, originalUrl } = request;
      const milliseconds = Math.round(performance.now() - start);
      const route = addressPattern(originalUrl, studies);
      log.info({ id, method, route, status: response.statusCode, milliseconds }, 'request');
    });
    next();
  };
}
