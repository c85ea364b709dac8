import { Refusal } from '../../session/refusal.ts';

/** What a request is made of besides its path. */
interface RequestParts {
  method: string;
  /** Sent as JSON; undefined for none. */
  body?: unknown;
  headers: Readonly<Record<string, string>>;
}

/**
 * Sends a request to the server's interface, once.
 *
 * @param path - Below `api`.
 * @throws Refusal when the server turns it down; the browser's own error where nothing comes back.
 */
export async function sendRequest(path: string, { method, body, headers }: RequestParts): Promise<Response> {
  const json = { 'content-type': 'application/json' };
  const response = await fetch(`api${path}`, {
    method,
    ...(body === undefined ? { headers } : { headers: { ...headers, ...json }, body: JSON.stringify(body) }),
  });
  if (response.ok) return response;
  const answer = await response.json().catch(() => ({}));
  const { error = 'failed', message = 'The server cannot be reached.', values } = answer;
  throw new Refusal(response.status, error, message, values);
}
