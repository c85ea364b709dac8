/** What an element gets besides its children: attributes as in HTML, `on…` listeners as functions. */
export type Attributes = Record<string, string | number | boolean | ((event: Event) => void) | undefined>;

/**
 * Makes an element.
 *
 * @param tag - Its name.
 * @param attributes - `false` and `undefined` leave an attribute out, `true` sets it empty.
 * @param children - Elements and texts.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.replace(/^on/, ''), value);
    else if (value !== false && value !== undefined)
      made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

/**
 * An element with the experimenter's own HTML in it.
 *
 * @param html - HTML made on the server from the study's Markdown.
 */
export function richText(html: string): HTMLElement {
  const box = element('div', { class: 'text' });
  box.innerHTML = html;
  return box;
}

/**
 * A button.
 *
 * @param label - Its text.
 * @param press - What it does.
 * @param attributes - More attributes.
 */
export function button(label: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return element('button', { type: 'button', onclick: press, ...attributes }, label);
}

/**
 * A section with a heading, on a card of its own.
 *
 * @param title - The heading.
 * @param content - What is below it.
 */
export function section(title: string, ...content: Node[]): HTMLElement {
  return element('section', { class: 'screen' }, element('h2', {}, title), ...content);
}
