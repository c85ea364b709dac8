/** One page of the documentation that is made from the code. */
export interface Page {
  /** Path below the folder of made pages. */
  file: string;
  title: string;
  /** Markdown. */
  body: string;
}
