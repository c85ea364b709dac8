import { button, element } from '../../pages/shared/element.ts';
import { effortOf, type FormMaker } from '../shared/answerForm.ts';
import { scaleEnds, submitRow } from '../shared/formParts.ts';
import { shuffled } from '../shared/shuffled.ts';

/**
 * A reference and the sounds that are rated against it, in a new random order at each trial; order and scores outlast a
 * reload.
 */
export const form: FormMaker = (question, text) => {
  const effort = effortOf();
  const parts = question.parts!;
  const kept = parts.kept();
  const order = kept?.order ?? shuffled(Array.from({ length: parts.count - 1 }, (_, i) => i + 1));
  const listens = kept?.listens ?? Array.from({ length: parts.count }, () => 0);
  const keep = () => parts.keep({ order, listens, scores: rows.map((row) => row.score()) });
  const problem = element('p', { role: 'alert', class: 'problem' });
  const player = (place: number, name: string, look: string) => {
    const play = async () => {
      listens[place]!++;
      keep();
      control.classList.remove('heard', 'unheard');
      await parts.play(place);
      control.classList.add(parts.isHeard(place) ? 'heard' : 'unheard');
    };
    const control = button(name, () => void play(), { class: look });
    if (parts.isHeard(place)) control.classList.add('heard');
    return control;
  };
  const rows = order.map((place, i) => {
    const name = text('mushra.sound', { n: i + 1 });
    const score = kept?.scores[i] ?? null;
    return scoreRow(player(place, name, 'play'), text, { name, score, onMove: () => keep() });
  });
  const reference = player(0, text('mushra.reference'), 'primary play');
  const root = element(
    'form',
    { class: 'answer mushra' },
    element('p', { class: 'prompt' }, question.prompt),
    element('p', {}, reference),
    ...rows.map((row) => row.root),
    problem,
    submitRow(text),
  );
  root.addEventListener('keydown', effort.noteKey);
  root.addEventListener('input', () => {
    effort.noteTime();
    problem.textContent = '';
  });
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    const scores = rows.map((row) => row.score());
    if (listens.some((_, place) => !parts.isHeard(place))) problem.textContent = text('mushra.missing');
    else if (scores.includes(null)) problem.textContent = text('mushra.unrated');
    else {
      const byPlace = [...order.keys()].map((i) => scores[order.indexOf(i + 1)]!);
      effort.give(byPlace, '', { order, listens });
    }
  });
  return { root, focus: () => reference.focus(), answered: effort.answered };
};

/** A button to hear a sound and a slider that says nothing until it was moved, or stands where it was before. */
function scoreRow(
  player: HTMLButtonElement,
  text: Parameters<FormMaker>[1],
  { name, score, onMove }: { name: string; score: string | null; onMove: () => void },
): { root: HTMLElement; score: () => string | null } {
  let isMoved = false;
  const value = element('output', {}, '–');
  const input = element('input', {
    type: 'range',
    class: 'unmoved',
    min: 0,
    max: 100,
    step: 1,
    value: 50,
    'aria-label': name,
    'aria-valuetext': '–',
  });
  const show = () => {
    isMoved = true;
    input.classList.remove('unmoved');
    input.setAttribute('aria-valuetext', `${input.value}, ${text(gradeOf(Number(input.value)))}`);
    value.textContent = input.value;
  };
  if (score !== null) {
    input.value = score;
    show();
  }
  const move = () => {
    show();
    onMove();
  };
  input.addEventListener('input', move);
  input.addEventListener('pointerdown', move);
  const ends = scaleEnds(...grades.map((grade) => text(`mushra.${grade}`)));
  const root = element('div', { class: 'score' }, player, element('div', {}, input, ends), value);
  return { root, score: () => (isMoved ? input.value : null) };
}

/** The five equal parts of the scale (ITU-R BS.1534-3, § 5.4). */
const grades = ['bad', 'poor', 'fair', 'good', 'excellent'] as const;

const gradeOf = (score: number) => `mushra.${grades[Math.min(4, Math.floor(score / 20))]!}` as const;
