/**
 * Lets number keys choose while a form can be seen, wherever the focus is but in a text field.
 *
 * @param count - How many keys count, from 1.
 * @param end - When to stop listening.
 * @param choose - Gets the place of the key, from 0.
 */
export function onNumberKey(
  form: HTMLElement,
  count: number,
  end: Promise<unknown>,
  choose: (place: number) => void,
): void {
  const listening = new AbortController();
  document.addEventListener(
    'keydown',
    (event) => {
      const isText = event.target instanceof HTMLInputElement && event.target.type === 'text';
      const place = Number(event.key) - 1;
      const isOurs = form.isConnected && form.offsetParent !== null && !isText;
      if (!isOurs || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      if (!Number.isInteger(place) || place < 0 || place >= count) return;
      event.preventDefault();
      choose(place);
    },
    { signal: listening.signal },
  );
  void end.finally(() => listening.abort());
}
