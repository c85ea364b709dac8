import type { Summary } from '../../experimenter/summary.ts';
import { element } from '../shared/element.ts';
import { recognitionSection } from './recognitionSection.ts';
import { table, time } from './table.ts';

/**
 * What the page shows of the study as it stands.
 *
 * @param summary - The numbers.
 * @returns One section a topic.
 */
export function liveSections(summary: Summary): HTMLElement[] {
  return [...progressSections(summary), ...checkSections(summary)];
}

function progressSections(summary: Summary): HTMLElement[] {
  return [
    section('Participants by state', [
      table(
        'States',
        Object.keys(summary.states).map((state) => [state, 'number'] as const),
        [Object.values(summary.states)],
      ),
      element('p', { class: 'status' }, 'silent: begun, and not heard of for as long as a list is held'),
    ]),
    section('Recognition by condition (95 % Wilson interval over trials)', [
      recognitionSection(summary.recognition),
    ]),
    section('Lists', [
      table(
        'Lists',
        [['task'], ['list', 'number'], ['complete', 'number'], ['under way', 'number']],
        summary.lists.map(({ task, list, complete, active }) => [task, list, complete, active]),
      ),
    ]),
    section('Where participants are, and where they dropped out', [
      table(
        'Steps',
        [['step'], ['now', 'number'], ['silent', 'number'], ['ended here', 'number']],
        summary.steps.map(({ step, active, silent, ended }) => [step, active, silent, ended]),
      ),
    ]),
  ];
}

function checkSections(summary: Summary): HTMLElement[] {
  return [
    section('Headphone checks', [
      table(
        'Headphone checks',
        [['check'], ['finished', 'number'], ['passed', 'number'], ['rate', 'number']],
        summary.headphones.map(({ check, finished, passed }) => [
          check,
          finished,
          passed,
          finished === 0 ? '–' : `${Math.round((100 * passed) / finished)} %`,
        ]),
      ),
    ]),
    section(`Flagged plays: ${summary.flaggedPlayCount}`, [
      table(
        'Flagged plays',
        [['participant'], ['trial', 'number'], ['play', 'number'], ['what was wrong'], ['when', 'time']],
        summary.flaggedPlays.map(({ participant, position, attempt, reasons, at }) => [
          participant,
          position,
          attempt,
          reasons.join(', '),
          time(at),
        ]),
      ),
    ]),
    section('Comments', [
      table(
        'Comments',
        [['participant'], ['comment'], ['problem'], ['when', 'time']],
        summary.comments.map(({ participant, comments, problems, at }) => [
          participant,
          comments,
          problems,
          time(at),
        ]),
      ),
    ]),
  ];
}

function section(title: string, content: readonly HTMLElement[]): HTMLElement {
  return element('section', { class: 'screen' }, element('h2', {}, title), ...content);
}
