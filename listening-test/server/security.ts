import { createHash } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { Study } from '../study/studySchema.ts';
import { allScreens } from '../study/surveyScreens.ts';

const mturkHosts = ['https://www.mturk.com', 'https://workersandbox.mturk.com'];
const mturkFrames = ['https://*.mturk.com', 'https://*.mturkcontent.com'];

/**
 * Security headers: nothing runs or loads but what this server sends.
 *
 * @param study - Its surveys may need inline styles, its platform a frame and a form address; none for what is no study's.
 * @returns Middleware.
 */
export function securityHeaders(study?: Pick<Study, 'surveys' | 'recruitment'>): RequestHandler {
  const isMturk = study?.recruitment.platform === 'mturk';
  const hasSurveys = study !== undefined && allScreens(study.surveys).length > 0;
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // jsPsych's own survey plugins insert style elements and attributes.
        styleSrc: ["'self'", ...(hasSurveys ? ["'unsafe-inline'"] : [])],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        fontSrc: ["'self'", ...(hasSurveys ? ['data:'] : [])],
        formAction: ["'self'", ...(isMturk ? mturkHosts : [])],
        frameAncestors: isMturk ? ["'self'", ...mturkFrames] : ["'none'"],
        baseUri: ["'none'"],
      },
    },
    // A lab's server may have no certificate; a proxy with one sets this itself.
    strictTransportSecurity: false,
    ...(isMturk ? { xFrameOptions: false as const } : { xFrameOptions: { action: 'deny' as const } }),
  });
}

/** Requests a minute. */
export interface RateLimits {
  /** By one session. */
  session: number;
  /** New sessions by one address; a laboratory shares one. */
  newSessions: number;
  /** By one address without a session, and again with tokens that are none. */
  address: number;
}

/** Far above what people do, far below what hurts. */
export const defaultRateLimits: RateLimits = { session: 600, newSessions: 120, address: 1200 };

/**
 * Rate limits: per session where there is one, else per address.
 *
 * @param limits - Requests a minute.
 * @returns Middleware for the participant's interface.
 */
export function rateLimits(limits: RateLimits): RequestHandler[] {
  const isStart = (request: Request) => request.method === 'POST' && request.path === '/sessions';
  const hasToken = (request: Request) => request.headers.authorization !== undefined;
  const common = {
    windowMs: 60_000,
    standardHeaders: 'draft-8' as const,
    legacyHeaders: false,
    message: { error: 'too-many', message: 'Too many requests; please wait a minute.' },
  };
  return [
    rateLimit({
      ...common,
      limit: limits.session,
      keyGenerator: (request) =>
        createHash('sha256')
          .update(request.headers.authorization ?? '')
          .digest('hex'),
      skip: (request) => !hasToken(request),
    }),
    rateLimit({ ...common, limit: limits.newSessions, skip: (request) => !isStart(request) }),
    rateLimit({ ...common, limit: limits.address, skip: hasToken }),
    // A forged token has no session whose limit would hold: what fails for want of one counts for the address.
    rateLimit({
      ...common,
      standardHeaders: false,
      limit: limits.address,
      skip: (request) => !hasToken(request),
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    }),
  ];
}
