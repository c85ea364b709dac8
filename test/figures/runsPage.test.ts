import { expect, test } from 'vitest';
import { runFigure } from '../../src/figures/runFigure.ts';
import { runsPage } from '../../src/figures/runsPage.ts';
import { tinyModel, tinySound } from '../tinyModel.ts';
import { exampleRun as record } from './exampleRun.ts';

test('runsPage has a player for the original and each metamer, the figure and the verdict', () => {
  const html = runsPage(
    'Title',
    ['One.'],
    [
      {
        title: 'A & B',
        caption: '<c>',
        runs: [{ path: 'a b/conv3', record, others: [{ observer: '<b>', reference: 'yes', metamer: 'go' }] }],
      },
    ],
  );
  expect(html).toContain('<audio controls preload="none" src="a%20b/conv3/reference.wav">');
  expect(html).toContain('<audio controls preload="none" src="a%20b/conv3/metamer.wav">');
  expect(html).toContain('<img src="a%20b/conv3/figure.svg"');
  expect(html).toContain('<h2>A &amp; B</h2>');
  expect(html).toContain('&lt;c&gt;');
  expect(html).toContain('<dd>no (original: yes)</dd>');
  expect(html).toContain('<dt>Heard by &lt;b&gt; as</dt><dd>go (original: yes)</dd>');
  expect(html).toContain('<dd>Spearman 0.987, Pearson 0.992, SNR 21.3 dB</dd>');
  expect(html).toContain('<span class="failed">failed</span>');
  expect(html).not.toContain('<script');
});

test('runFigure shows both cochleagrams, the loss on a logarithmic scale and the numbers of the verdict', () => {
  const svg = runFigure(record, { reference: tinySound(1), metamer: tinySound(2) }, tinyModel());
  expect(svg.split('<image ').length - 1).toBe(4);
  expect(svg).toContain('Reference</text>');
  expect(svg).toContain('Metamer</text>');
  expect(svg).toContain('normalized loss');
  for (const tick of [0.1, 0.2, 0.5, 1]) expect(svg).toContain(`>${tick}</text>`);
  expect(svg.match(/M0,0L-6,0/g)).toHaveLength(4);
  expect(svg).toContain('a &lt;b&gt;.wav: tiny, conv3');
  expect(svg).toContain('Spearman 0.987, Pearson 0.992, SNR 21.3 dB');
  expect(svg).toContain('Not tested against a null');
  expect(svg).toContain('Normalized distance at cochleagram: 0.456');
});
