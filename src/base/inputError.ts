/** What an {@link InputError} says about options, told by each front end in its own words. */
export interface InputErrorDetails {
  cause?: unknown;
  /** The option that the sentence is about, by its name in the library; it becomes the sentence's first word. */
  option?: string;
  /** Options that would mend it, with their values; they end the sentence as a last remedy. */
  remedy?: Readonly<Record<string, string | number | boolean>>;
}

/** How a front end spells an option, and an option set to a value. */
export interface OptionSpelling {
  name(option: string): string;
  setting(option: string, value: string | number | boolean): string;
}

const inCode: OptionSpelling = {
  name: (option) => option,
  setting: (option, value) => `set ${option}: ${typeof value === 'string' ? `'${value}'` : value}`,
};

/** A mistake in a file, option or request that the caller can mend; its message is one sentence and needs no stack. */
export class InputError extends Error {
  override name = 'InputError';
  readonly #text: string;
  readonly #details: InputErrorDetails;

  /**
   * @param text - What, rule, value, remedy; without its first word where `option` gives that.
   * @param details - The cause, and the options that the sentence is about or would mend it.
   */
  constructor(text: string, details: InputErrorDetails = {}) {
    super(sentence(text, details, inCode), 'cause' in details ? { cause: details.cause } : {});
    this.#text = text;
    this.#details = details;
  }

  /**
   * The sentence in another front end's words.
   *
   * @param spelling - How that front end spells options.
   */
  told(spelling: OptionSpelling): string {
    return sentence(this.#text, this.#details, spelling);
  }
}

function sentence(
  text: string,
  { option, remedy = {} }: InputErrorDetails,
  { name, setting }: OptionSpelling,
): string {
  const about = option === undefined ? text : `${name(option)} ${text}`;
  const settings = Object.entries(remedy).map(([key, value]) => setting(key, value));
  return settings.length === 0 ? about : `${about}, or ${settings.join(' and ')}`;
}
