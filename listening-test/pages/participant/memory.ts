import { sha256Hex } from '../shared/sha256.ts';

/** An answer on its way to the server. */
export interface PendingAnswer {
  position: number;
  body: unknown;
}

/** A play that is over and whose report the server has not acknowledged yet. */
export interface OpenPlay {
  position: number;
  report: unknown;
}

/** What the browser keeps so that the same link goes on after a reload or a crash. */
export interface Memory {
  /** Tells this study and person from others in the same browser; null if nothing is kept. */
  name: string | null;
  token(): string | null;
  setToken(token: string | null): void;
  /** The answer that was sent last and not acknowledged yet. */
  pending(): PendingAnswer | null;
  setPending(answer: PendingAnswer | null): void;
  /** The play that was over last, to be reported should the page go away now. */
  openPlay(): OpenPlay | null;
  setOpenPlay(play: OpenPlay | null): void;
  /** What was typed and not sent yet, by screen. */
  drafts(): Readonly<Record<string, unknown>>;
  setDrafts(drafts: Readonly<Record<string, unknown>>): void;
}

/**
 * Memory in the browser's local storage, apart for every study and recruited person.
 *
 * @param study - The study's id.
 * @param person - Recruitment id, of which a hash is kept; null for an open link.
 * @returns The memory; it lasts for the page only where storage is forbidden.
 */
export function createMemory(study: string, person: string | null): Memory {
  const owner = person === null ? 'open' : sha256Hex(new TextEncoder().encode(person)).slice(0, 16);
  const name = `metamer ${study} ${owner}`;
  const key = (what: string) => `${name} ${what}`;
  const fallback = new Map<string, string>();
  const read = (what: string): string | null => {
    try {
      return localStorage.getItem(key(what));
    } catch {
      return fallback.get(what) ?? null;
    }
  };
  const write = (what: string, value: string | null) => {
    try {
      if (value === null) localStorage.removeItem(key(what));
      else localStorage.setItem(key(what), value);
    } catch {
      if (value === null) fallback.delete(what);
      else fallback.set(what, value);
    }
  };
  return {
    name,
    token: () => read('token'),
    setToken: (token) => write('token', token),
    pending: () => JSON.parse(read('pending') ?? 'null') as PendingAnswer | null,
    setPending: (answer) => write('pending', answer && JSON.stringify(answer)),
    openPlay: () => JSON.parse(read('play') ?? 'null') as OpenPlay | null,
    setOpenPlay: (play) => write('play', play && JSON.stringify(play)),
    drafts: () => JSON.parse(read('drafts') ?? '{}') as Record<string, unknown>,
    setDrafts: (drafts) => write('drafts', Object.keys(drafts).length === 0 ? null : JSON.stringify(drafts)),
  };
}

/**
 * A session kept nowhere but on this page: an experimenter's preview.
 *
 * @param token - The preview's token.
 */
export function previewMemory(token: string): Memory {
  let drafts: Readonly<Record<string, unknown>> = {};
  const nothing = { pending: () => null, setPending: () => {}, openPlay: () => null, setOpenPlay: () => {} };
  return {
    ...{ name: null, token: () => token, setToken: () => {}, ...nothing },
    drafts: () => drafts,
    setDrafts: (kept) => {
      drafts = kept;
    },
  };
}
