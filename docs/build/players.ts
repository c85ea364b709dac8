import type { MarkdownIt, Token } from 'markdown-it';

/** A link to a sound becomes a player of it, with the link's text above. */
export function players(markdown: MarkdownIt): void {
  const { rules } = markdown.renderer;
  const isSound = (token: Token | undefined) => /\.(flac|wav|mp3)$/.test(token?.attrGet('href') ?? '');
  /** The link that a token closes; links hold no links. */
  const opened = (tokens: readonly Token[], at: number) =>
    tokens.slice(0, at).findLast(({ type }) => type === 'link_open');
  rules['link_open'] = (tokens, at, options, _, self) =>
    isSound(tokens[at])
      ? `<audio controls preload="none" src="${tokens[at]!.attrGet('href')}"></audio>`
      : self.renderToken(tokens, at, options);
  rules['link_close'] = (tokens, at, options, _, self) =>
    isSound(opened(tokens, at)) ? '' : self.renderToken(tokens, at, options);
}
