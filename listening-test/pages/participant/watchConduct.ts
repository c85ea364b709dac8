import type { Conduct } from '../../session/trials/conduct.ts';

const keptKeys = 100;

/** A watch on how an answer comes about. */
export interface ConductWatch {
  /** Ends the watch and says what it saw. */
  stop(): Conduct;
}

/**
 * Watches keys, pointers, the clipboard and whether somebody is at the page, until it is stopped. What is typed is not
 * kept, only when.
 */
export function watchConduct(): ConductWatch {
  const startMs = performance.now();
  const seen: Conduct = { keyMs: [], keys: 0, pointers: 0, pasted: 0, untrusted: 0, leaves: 0, awayMs: 0 };
  const presence = watchPresence();
  const end = new AbortController();
  const on = (names: readonly string[], note: (event: Event) => void) => {
    for (const name of names) document.addEventListener(name, note, { capture: true, signal: end.signal });
  };
  on(['keydown', 'pointerdown', 'click', 'change', 'input'], (event) => {
    if (!event.isTrusted) seen.untrusted++;
  });
  on(['keydown'], (event) => {
    if (!event.isTrusted) return;
    seen.keys++;
    // When the key was pressed, not when a busy page came to hear of it.
    if (seen.keyMs.length < keptKeys) seen.keyMs.push(Math.max(0, Math.round(event.timeStamp - startMs)));
  });
  on(['pointerdown'], (event) => {
    if (event.isTrusted) seen.pointers++;
  });
  on(['paste', 'drop'], () => {
    seen.pasted++;
  });
  return {
    stop() {
      end.abort();
      return { ...seen, ...presence.stop() };
    },
  };
}

function watchPresence(): { stop(): Pick<Conduct, 'leaves' | 'awayMs'> } {
  const isAway = () => document.visibilityState === 'hidden' || !document.hasFocus();
  let since: number | null = null;
  let leaves = 0;
  let awayMs = 0;
  const note = () => {
    if (isAway() && since === null) {
      leaves++;
      since = performance.now();
    } else if (!isAway() && since !== null) {
      awayMs += performance.now() - since;
      since = null;
    }
  };
  // A page that opens behind another window was not left.
  const events = [
    [window, 'blur'],
    [window, 'focus'],
    [document, 'visibilitychange'],
  ] as const;
  for (const [target, name] of events) target.addEventListener(name, note);
  return {
    stop() {
      for (const [target, name] of events) target.removeEventListener(name, note);
      if (since !== null) awayMs += performance.now() - since;
      return { leaves, awayMs: Math.round(awayMs) };
    },
  };
}

/**
 * Signs that a program drives the browser.
 *
 * @returns `webdriver`, `headless`, `no-languages`, `no-window`; none for a usual browser.
 */
export function automationSigns(): string[] {
  const signs: [string, boolean][] = [
    ['webdriver', navigator.webdriver === true],
    ['headless', /Headless/.test(navigator.userAgent)],
    ['no-languages', navigator.languages.length === 0],
    ['no-window', outerWidth === 0 && outerHeight === 0],
  ];
  return signs.filter(([, isSeen]) => isSeen).map(([sign]) => sign);
}
