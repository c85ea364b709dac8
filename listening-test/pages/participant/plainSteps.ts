import { button, element, richText } from '../shared/element.ts';
import { keepTyped } from './drafts.ts';
import { continueScreen, type Page, type StepData, showScreen } from './page.ts';
import { SoundBlocked } from './player.ts';
import { soundHelp } from './soundHelp.ts';
import { automationSigns } from './watchConduct.ts';

const levelPath = '/session/level';

/** iPadOS says it is a Mac, but no Mac has a touch screen. */
const isMobile = () =>
  /Mobi|Android|iPhone|iPad/.test(navigator.userAgent) ||
  (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

/**
 * Browser check: tells the server what it has to do with.
 *
 * @returns What was found.
 */
export async function browserStep(_display: HTMLElement, page: Page): Promise<StepData> {
  const found = {
    userAgent: navigator.userAgent.slice(0, 500),
    language: navigator.language,
    width: innerWidth,
    height: innerHeight,
    pixelRatio: devicePixelRatio,
    mobile: isMobile(),
    sampleRateHz: page.player.sampleRateHz(),
    automation: automationSigns(),
  };
  page.state = await page.api.answerStep('browser', found);
  return found;
}

/**
 * What the participant will do.
 *
 * @returns Nothing.
 */
export async function instructionsStep(display: HTMLElement, page: Page): Promise<StepData> {
  await continueScreen(display, {
    title: page.text('instructions.title'),
    content: [richText(page.study.instructionsHtml)],
    label: page.text('button.continue'),
  });
  page.state = await page.api.answerStep('instructions', {});
  return {};
}

/**
 * Setting the volume with noise as loud as the study's sounds; at least one whole play.
 *
 * @returns Number of whole plays.
 */
export async function levelStep(display: HTMLElement, page: Page): Promise<StepData> {
  const { text } = page;
  page.player.prefetch([levelPath]);
  let plays = 0;
  await new Promise<void>((resolve, reject) => {
    const go = button(text('volume.right'), resolve, { hidden: true });
    const onPlayed = (isWhole: boolean) => {
      if (isWhole) plays++;
      go.hidden = plays === 0;
    };
    const noise = noiseButton(page, { onPlayed, onError: reject, next: go, isPrimary: true });
    const steps = element(
      'ol',
      {},
      element('li', {}, text('volume.headphones')),
      element('li', {}, text('volume.quarter')),
      element('li', {}, text('volume.comfortable')),
    );
    const note = element('p', {}, text('volume.keep'));
    const buttons = element('p', { class: 'buttons' }, noise.button, go);
    showScreen(display, text('volume.title'), steps, note, buttons, noise.status, soundHelp(text));
  });
  page.state = await page.api.answerStep('level', { plays });
  return { plays };
}

/** What {@link noiseButton} reports to. */
export interface NoiseOptions {
  /** Told after each play whether it was whole. */
  onPlayed: (isWhole: boolean) => void;
  onError: (error: unknown) => void;
  /** The button that goes on: it waits while the noise plays. */
  next: HTMLButtonElement;
  isPrimary?: boolean;
}

/**
 * A button that plays the noise by which the volume is set, and a line that says how it goes.
 *
 * @param options - What to tell, which button waits, and whether this is the screen's main button.
 * @returns The two elements.
 */
export function noiseButton(
  page: Page,
  { onPlayed, onError, next, isPrimary = false }: NoiseOptions,
): { button: HTMLButtonElement; status: HTMLElement } {
  const { text } = page;
  const status = element('p', { role: 'status', class: 'status' });
  const play = async () => {
    start.disabled = true;
    next.disabled = true;
    status.textContent = text('volume.playing');
    try {
      const { report } = await page.player.play(levelPath, { attempt: 1 });
      onPlayed(report.endedAt !== null);
      status.textContent = text('volume.again');
    } catch (error) {
      if (!(error instanceof SoundBlocked)) throw error;
      status.textContent = text('sound.blocked');
    }
    start.disabled = false;
    next.disabled = false;
    start.focus();
  };
  const look = isPrimary ? { class: 'primary' } : {};
  const start = button(text('volume.play'), () => void play().catch(onError), look);
  return { button: start, status };
}

/**
 * Comments at the end.
 *
 * @returns What was written.
 */
export async function commentsStep(display: HTMLElement, page: Page): Promise<StepData> {
  const area = (id: string, label: string) => {
    const field = element('textarea', { id, rows: 3, maxlength: 5000 });
    return { field, block: element('p', {}, element('label', { for: id }, label), field) };
  };
  const comments = area('comments', page.text('comments.comments'));
  const problems = area('problems', page.text('comments.problems'));
  const finished = continueScreen(display, {
    title: page.text('comments.title'),
    content: [comments.block, problems.block],
    label: page.text('button.finish'),
  });
  const stopKeeping = keepTyped(display, page.memory, 'comments');
  await finished;
  stopKeeping();
  const said = { comments: comments.field.value, problems: problems.field.value };
  page.state = await page.api.answerStep('comments', said);
  return said;
}
