import type { Memory } from './memory.ts';

/** State of one field. */
type Field = { value: string; checked: boolean };

/**
 * Keeps what is typed and chosen on a screen over a reload, until the memory's drafts are emptied.
 *
 * @param display - Where the fields are; what was kept is put into them now.
 * @param memory - The browser's memory.
 * @param name - Tells the screen from others of the study.
 * @returns Ends the keeping, when the screen is over.
 */
export function keepTyped(display: HTMLElement, memory: Memory, name: string): () => void {
  const fields = () => [
    ...display.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>(
      'input:not([type=submit]), textarea, select',
    ),
  ];
  const kept = (memory.drafts()[name] ?? []) as Field[];
  for (const [i, field] of fields().entries()) {
    if (!kept[i]) continue;
    const { value, checked } = kept[i];
    if (isTicked(field)) field.checked = checked;
    else field.value = value;
  }
  const keep = () => {
    const state = fields().map(
      (field): Field => ({
        value: field.value,
        checked: isTicked(field) && field.checked,
      }),
    );
    memory.setDrafts({ ...memory.drafts(), [name]: state });
  };
  const end = new AbortController();
  display.addEventListener('input', keep, { signal: end.signal });
  display.addEventListener('change', keep, { signal: end.signal });
  return () => end.abort();
}

const isTicked = (field: Element): field is HTMLInputElement =>
  field instanceof HTMLInputElement && ['radio', 'checkbox'].includes(field.type);
