/**
 * A name fit for files.
 *
 * @param parts - Words.
 * @returns Lower case letters, digits and hyphens.
 */
export function fileName(...parts: string[]): string {
  return parts
    .filter(Boolean)
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/**
 * A curve's name for headings.
 *
 * @param curve - Task and metamer model.
 * @returns Such as `word, metamers of cochcnn9`.
 */
export function curveTitle(curve: { task: string; metamerModel: string }): string {
  return curve.metamerModel === ''
    ? `${curve.task}, natural sounds`
    : `${curve.task}, metamers of ${curve.metamerModel}`;
}

/**
 * File name and title of a curve's table.
 *
 * @param curve - Task and metamer model.
 * @param what - Begins the file name.
 * @param title - The curve's name is put behind it.
 */
export function curveHeading(
  curve: { task: string; metamerModel: string },
  what: string,
  title: string,
): { name: string; title: string } {
  return {
    name: fileName(what, curve.task, curve.metamerModel),
    title: `${title} (${curveTitle(curve)})`,
  };
}
