import { destination, pino } from 'pino';

/** From nothing to everything. */
export const logLevels = ['silent', 'error', 'warn', 'info'] as const;

/** The server's log: one JSON object a line, nothing of a person in it. */
export interface ServerLog {
  /** `info`: every request. */
  info(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/**
 * A log on standard error.
 *
 * @param level - What is written; `info` has a line for every request.
 */
export function createServerLog(level: (typeof logLevels)[number]): ServerLog {
  return pino({ level, base: { process: process.pid } }, destination({ fd: 2, sync: true }));
}

/**
 * What is written of an error nobody foresaw: what and where, but no values of a database's complaint.
 *
 * @returns Type, message and stack.
 */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const code = 'code' in error ? { code: String(error.code) } : {};
  return { type: error.name, ...code, message: error.message, stack: error.stack };
}
