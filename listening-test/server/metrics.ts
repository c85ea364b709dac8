import type { Request, RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Laboratory } from '../experimenter/laboratory.ts';
import { Refusal } from '../session/refusal.ts';
import { countSessions } from '../store/countSessions.ts';
import { addressPattern } from './addressPattern.ts';

/** Numbers for a monitoring system. */
export interface Metrics {
  /** Times every request. */
  observe: RequestHandler;
  /** Answers with all numbers in Prometheus' text format. */
  expose: RequestHandler;
}

/**
 * Counts and times what the server does.
 *
 * @param laboratory - Its studies' sessions, answers and states are counted whenever somebody asks.
 * @param token - Bearer token for who asks; without one only this machine itself may, and no proxy in its name.
 * @returns Middleware to count and to answer.
 */
export function createMetrics(laboratory: Laboratory, token: string | undefined): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'metamer_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  addStudyMetrics(registry, laboratory);
  const studies = new Set(laboratory.studies.map(({ path }) => path));
  return {
    observe: (request, response, next) => {
      const stop = seconds.startTimer();
      response.on('finish', () => {
        const route = addressPattern(request.originalUrl, studies);
        stop({ method: request.method, route, status: response.statusCode });
      });
      next();
    },
    expose: async (request, response) => {
      if (!mayAsk(request, token))
        throw new Refusal(403, 'no-metrics', 'These numbers are not for everybody.');
      response.set('Content-Type', registry.contentType).send(await registry.metrics());
    },
  };
}

function mayAsk(request: Request, token: string | undefined): boolean {
  if (token !== undefined) return request.headers.authorization === `Bearer ${token}`;
  const address = request.socket.remoteAddress ?? '';
  const isDirect =
    request.headers['x-forwarded-for'] === undefined && request.headers['forwarded'] === undefined;
  return isDirect && ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(address);
}

function addStudyMetrics(registry: Registry, { studies }: Laboratory): void {
  const registers = [registry];
  const sessions = new Gauge({
    name: 'metamer_sessions',
    help: 'Sessions by study and state, previews left out',
    labelNames: ['study', 'state'],
    registers,
    collect: async () => {
      sessions.reset();
      for (const { site } of studies)
        for (const [state, count] of await countSessions(site.store, site.loaded.study.id))
          sessions.set({ study: site.loaded.study.id, state }, count);
    },
  });
  const answers = new Gauge({
    name: 'metamer_answers',
    help: 'Stored answers by study',
    labelNames: ['study'],
    registers,
    collect: async () => {
      for (const { site } of studies) answers.set({ study: site.loaded.study.id }, await answerCount(site));
    },
  });
}

async function answerCount({ store, loaded }: Laboratory['studies'][number]['site']): Promise<number> {
  const { count } = await store.database
    .selectFrom('responses')
    .innerJoin('sessions', 'sessions.id', 'responses.session')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('sessions.study', '=', loaded.study.id)
    .where('sessions.preview', '=', 0)
    .executeTakeFirstOrThrow();
  return Number(count);
}
