import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { InputError } from '../../src/base/inputError.ts';
import type { Caller } from '../session/findSession.ts';
import { Refusal } from '../session/refusal.ts';

/**
 * The bearer token of a request.
 *
 * @throws Refusal 401 when there is none or it cannot be one of ours.
 */
export function bearerToken(request: Request): string {
  const found = /^Bearer ([A-Za-z0-9_-]{32})$/.exec(request.headers.authorization ?? '');
  if (!found)
    throw new Refusal(401, 'no-session', 'This session does not exist; open the link of the study again.');
  return found[1]!;
}

/**
 * Who sends a request.
 *
 * @param request - The request; the header `x-page` names the page.
 * @returns Token and page.
 * @throws Refusal 401 without a token, 400 when the page's name cannot be one of ours.
 */
export function callerOf(request: Request): Caller {
  return { token: bearerToken(request), page: pageOf(request) };
}

/**
 * Name of the page that sends a request.
 *
 * @param request - The request; the header `x-page` names the page.
 * @returns The name; null for a client that is no page.
 * @throws Refusal 400 when it cannot be one of ours.
 */
export function pageOf(request: Request): string | null {
  const page = request.get('x-page') ?? null;
  if (page !== null && !/^[0-9a-f]{32}$/.test(page))
    throw new Refusal(400, 'bad-request', 'The name of the page must be 32 hexadecimal digits.');
  return page;
}

/**
 * A trial's position from the address.
 *
 * @param request - The request with the parameter `position`.
 * @returns A whole number.
 * @throws Refusal 404 when it is not one.
 */
export function trialPosition(request: Request): number {
  const text = String(request.params['position']);
  if (!/^\d{1,6}$/.test(text)) throw new Refusal(404, 'no-trial', 'There is no such trial.');
  return Number(text);
}

/** Turns away bodies that are not JSON, so that no form of another site can reach the interface. */
export const requireJson: RequestHandler = (request, _response, next) => {
  const hasBody = !['GET', 'HEAD'].includes(request.method);
  if (hasBody && !request.is('application/json'))
    return next(new Refusal(415, 'not-json', 'The body must be JSON (Content-Type: application/json).'));
  next();
};

const deepestNesting = 40;

/**
 * Turns away bodies nested so deeply that reading them would exhaust the stack.
 *
 * @param _request - Unused.
 * @param _response - Unused.
 * @param body - The body's bytes.
 * @throws Refusal 400 when brackets nest more than 40 deep.
 */
export function refuseDeepNesting(_request: unknown, _response: unknown, body: Buffer): void {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < body.length; i++) {
    const character = String.fromCharCode(body[i]!);
    if (character === '"') isText = !isText;
    else if (isText) i += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > deepestNesting) throw new Refusal(400, 'bad-request', 'The body is nested too deeply.');
  }
}

/**
 * The one place where errors become answers.
 *
 * @param report - Receives what nobody foresaw.
 * @returns Express's error handler.
 */
export function errorHandler(report: (error: unknown) => void) {
  return (error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const { status, code, message, values } = answerTo(error, report);
    response.status(status).json({ error: code, message, ...(values ? { values } : {}) });
  };
}

function answerTo(
  error: unknown,
  report: (error: unknown) => void,
): { status: number; code: string; message: string; values?: Refusal['values'] } {
  if (error instanceof Refusal) {
    const { status, code, message, values } = error;
    return { status, code, message, ...(Object.keys(values).length > 0 ? { values } : {}) };
  }
  if (error instanceof InputError) return { status: 400, code: 'bad-request', message: error.message };
  const status = statusOf(error);
  if (status === 413) return { status, code: 'too-large', message: 'The body is too large.' };
  if (status >= 400 && status < 500)
    return { status, code: 'bad-request', message: 'The request could not be read.' };
  report(error);
  return { status: 500, code: 'failed', message: 'The server failed; please try again.' };
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  return Number.isInteger(status) ? status : 500;
}
