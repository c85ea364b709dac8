import { english, type TextKey, type Texts } from './english.ts';
import { french } from './french.ts';
import { german } from './german.ts';
import { mandarin } from './mandarin.ts';
import { spanish } from './spanish.ts';

/** Languages the pages know by the first part of their BCP 47 tag. */
const languages: Readonly<Record<string, Texts>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  zh: mandarin,
};

/**
 * Whether a name is one of the catalogue's.
 *
 * @param key - The name.
 */
export const isTextKey = (key: string): key is TextKey => Object.hasOwn(english, key);

/** Names of all strings. */
export const textKeys = Object.keys(english) as TextKey[];

/**
 * The strings of a study: its own, else those of its language, else English.
 *
 * @param study - Language as a BCP 47 tag, and the study's own strings.
 * @returns All strings, and the keys for which English had to stand in.
 */
export function textsOf(study: { language: string; strings: Readonly<Record<string, string>> }): {
  texts: Texts;
  missing: TextKey[];
} {
  const known = languages[study.language.split('-')[0]!.toLowerCase()];
  const entries = textKeys.map((key) => [key, study.strings[key] ?? (known ?? english)[key]]);
  const missing = known ? [] : textKeys.filter((key) => study.strings[key] === undefined);
  return { texts: Object.fromEntries(entries) as Texts, missing };
}

/** Scripts and languages that are written from right to left. */
const rightToLeftScripts = ['arab', 'hebr', 'syrc', 'thaa', 'nkoo', 'adlm', 'rohg'];
const rightToLeftLanguages = [
  'ar',
  'arc',
  'ckb',
  'dv',
  'fa',
  'he',
  'ks',
  'nqo',
  'ps',
  'sd',
  'ug',
  'ur',
  'yi',
];

/**
 * Direction of a language's script.
 *
 * @param language - BCP 47 tag.
 * @returns `rtl` or `ltr`; a script in the tag decides over the language.
 */
export function directionOf(language: string): 'ltr' | 'rtl' {
  const [primary = '', ...rest] = language.toLowerCase().split('-');
  const script = rest.find((part) => /^[a-z]{4}$/.test(part));
  const isRightToLeft = script ? rightToLeftScripts.includes(script) : rightToLeftLanguages.includes(primary);
  return isRightToLeft ? 'rtl' : 'ltr';
}

/**
 * A string with its values.
 *
 * @param text - The string; `{name}` stands for a value.
 * @param values - The values by name.
 * @returns The string to show.
 */
export function filled(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
