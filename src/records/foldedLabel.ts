/**
 * A label as it is compared: Unicode composed (NFC), case folded, outer and double spaces gone.
 *
 * @param label - A label or what somebody typed.
 * @returns The folded form.
 */
export function foldedLabel(label: string): string {
  return label.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}
