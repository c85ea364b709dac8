import type { Summary } from '../../experimenter/summary.ts';
import { element, section } from '../shared/element.ts';
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
    section(
      'Participants by state',
      table(
        'States',
        Object.keys(summary.states).map((state) => [state, 'number'] as const),
        [Object.values(summary.states)],
      ),
      element('p', { class: 'status' }, 'silent: under way, but inactive for longer than a list is held'),
      ...wantedNote('The study', summary.quotas.all),
    ),
    section(
      'Attention and time',
      table(
        'Attention and time',
        [
          ['catch trials right', 'number'],
          ['median answer time, s', 'number'],
          ['median duration, minutes', 'number'],
        ],
        [[rate(summary.catches), tenths(summary.medianMs, 1000), tenths(summary.medianMinutes, 1)]],
      ),
    ),
    section(
      'Recognition by condition (95 % Wilson interval over trials)',
      recognitionSection(summary.recognition),
    ),
    section(
      'Lists',
      table(
        'Lists',
        [['task'], ['list', 'number'], ['complete', 'number'], ['under way', 'number']],
        summary.lists.map(({ task, list, complete, active }) => [task, list, complete, active]),
      ),
      ...wantedNote('Each list', summary.quotas.perList),
    ),
    ...(summary.groups.length === 0 ? [] : [groupSection(summary.groups)]),
    section(
      'Where participants are, and where they dropped out',
      table(
        'Steps',
        [['step'], ['now', 'number'], ['silent', 'number'], ['ended here', 'number']],
        summary.steps.map(({ step, active, silent, ended }) => [step, active, silent, ended]),
      ),
    ),
  ];
}

function groupSection(groups: Summary['groups']): HTMLElement {
  return section(
    'Groups',
    table(
      'Groups',
      [['group'], ['wanted', 'number'], ['complete', 'number'], ['under way', 'number']],
      groups.map(({ group, wanted, complete, active }) => [group, wanted, complete, active]),
    ),
  );
}

function checkSections(summary: Summary): HTMLElement[] {
  return [
    section(
      'Headphone checks',
      table(
        'Headphone checks',
        [['check'], ['finished', 'number'], ['passed', 'number'], ['rate', 'number']],
        summary.headphones.map(({ check, finished, passed }) => [
          check,
          finished,
          passed,
          rate({ right: passed, count: finished }),
        ]),
      ),
    ),
    section(
      'Would be excluded, as things stand',
      table(
        'Exclusions',
        [['rule'], ['what it means'], ['participants', 'number']],
        summary.exclusions
          .filter(({ participants }) => participants > 0)
          .map(({ rule, meaning, participants }) => [rule, meaning, participants]),
      ),
    ),
    section(
      `Flagged plays: ${summary.flaggedPlayCount}`,
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
    ),
    section(
      'Comments',
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
    ),
  ];
}

/** How many complete sessions are wanted. */
function wantedNote(of: string, quota: number | null): HTMLElement[] {
  if (quota === null) return [];
  return [element('p', { class: 'status' }, `${of}: ${quota} complete wanted`)];
}

function rate({ right, count }: { right: number; count: number }): string {
  return count === 0 ? '–' : `${Math.round((100 * right) / count)} %`;
}

function tenths(value: number | null, unit: number): string {
  return value === null ? '–' : (value / unit).toFixed(1);
}
