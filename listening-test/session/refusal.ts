/** A request the server turns down, on the server and on the page; its message may be shown to whoever sent it. */
export class Refusal extends Error {
  override name = 'Refusal';
  /** HTTP status; the server gives 4xx or 503. */
  readonly status: number;
  /** Word by which the page tells refusals apart. */
  readonly code: string;
  /** What the page's own words for it may hold. */
  readonly values: Readonly<Record<string, number>>;
  constructor(status: number, code: string, message: string, values: Readonly<Record<string, number>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.values = values;
  }
}
