import { foldedLabel } from '../../../src/records/foldedLabel.ts';
import type { Text } from '../../pages/participant/page.ts';
import { element } from '../../pages/shared/element.ts';

/** An editable combobox on a closed list. */
export interface Combobox {
  root: HTMLElement;
  input: HTMLInputElement;
  /** The label whose folded form is what is typed; null if there is none. */
  label(): string | null;
}

/** Rows that open below the field. */
const shownRows = 8;

/**
 * Editable combobox with list autocomplete and manual selection, as the ARIA Authoring Practices describe it: nothing is
 * preselected, only what is typed or chosen counts, and the field takes any of the labels whatever their letter case or
 * Unicode form.
 *
 * @param labels - The closed list.
 * @param options - Accessible name; what Enter does when no row is marked; the page's strings.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export function createCombobox(
  labels: readonly string[],
  options: { name: string; onEnter: () => void; text: Text },
): Combobox {
  const folded = labels.map((label) => ({ label, text: foldedLabel(label) }));
  const parts = comboboxParts(options);
  const { input, listbox, count } = parts;
  const rows = popupRows(parts);
  const search = () => {
    const matches = matching(folded, foldedLabel(input.value));
    count.textContent = input.value.trim() === '' ? '' : countText(options.text, matches.length);
    rows.open(matches.slice(0, shownRows));
  };
  const accept = (label: string) => {
    input.value = label;
    count.textContent = options.text('word.chosen', { label });
    rows.close();
    input.focus();
  };
  const step = (by: 1 | -1) => {
    if (!rows.isOpen()) search();
    rows.mark(by);
  };
  const enter = () => {
    const marked = rows.marked();
    if (marked !== null) return accept(marked);
    rows.close();
    options.onEnter();
  };
  const clear = () => {
    if (!rows.isOpen()) input.value = '';
    rows.close();
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Escape: clear,
    Enter: enter,
  };
  input.addEventListener('input', search);
  input.addEventListener('blur', rows.close);
  input.addEventListener('keydown', (event) => {
    const act = event.isComposing ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  // Pressed, not clicked: a click would come after the field has lost the focus and the list is gone.
  listbox.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    const row = (event.target as HTMLElement).closest('[role=option]');
    if (row) accept(row.textContent);
  });
  const label = () => folded.find(({ text }) => text === foldedLabel(input.value))?.label ?? null;
  return { root: element('div', { class: 'combobox' }, input, listbox, count), input, label };
}

interface ComboboxParts {
  input: HTMLInputElement;
  listbox: HTMLElement;
  count: HTMLElement;
}

function comboboxParts({ name, text }: { name: string; text: Text }): ComboboxParts {
  const listbox = element('ul', {
    id: 'word-list',
    role: 'listbox',
    'aria-label': text('word.list'),
    hidden: true,
  });
  const input = element('input', {
    id: 'word',
    type: 'text',
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': 'word-list',
    'aria-autocomplete': 'list',
    'aria-label': name,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: 80,
  });
  return { input, listbox, count: element('p', { role: 'status', class: 'status' }) };
}

/** The list below the field: opened with rows, one of which may be marked. */
function popupRows({ input, listbox }: ComboboxParts) {
  let labels: readonly string[] = [];
  let active = -1;
  const render = () => {
    listbox.replaceChildren(...labels.map((label, i) => optionRow(label, i, i === active)));
    listbox.hidden = labels.length === 0;
    input.setAttribute('aria-expanded', String(labels.length > 0));
    if (active >= 0) input.setAttribute('aria-activedescendant', `word-option-${active}`);
    else input.removeAttribute('aria-activedescendant');
    listbox.children[active]?.scrollIntoView({ block: 'nearest' });
  };
  const open = (next: readonly string[]) => {
    labels = next;
    active = -1;
    render();
  };
  const mark = (by: 1 | -1) => {
    if (labels.length === 0) return;
    const from = active < 0 && by < 0 ? 0 : active;
    active = (from + by + labels.length) % labels.length;
    render();
  };
  return {
    open,
    close: () => open([]),
    mark,
    isOpen: () => labels.length > 0,
    marked: () => labels[active] ?? null,
  };
}

function optionRow(label: string, index: number, isActive: boolean): HTMLElement {
  return element(
    'li',
    { id: `word-option-${index}`, role: 'option', 'aria-selected': String(isActive) },
    label,
  );
}

function countText(text: Text, count: number): string {
  return count === 0
    ? text('word.noMatch')
    : count === 1
      ? text('word.oneMatch')
      : text('word.matches', { count });
}

/** Labels that begin with the text, then those that hold it elsewhere. */
function matching(folded: readonly { label: string; text: string }[], typed: string): string[] {
  if (typed === '') return [];
  const beginning = folded.filter(({ text }) => text.startsWith(typed));
  const inside = folded.filter(({ text }) => !text.startsWith(typed) && text.includes(typed));
  return [...beginning, ...inside].map(({ label }) => label);
}
