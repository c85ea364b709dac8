import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { simulateTrials, smallStudy, trialsCsv } from './simulateTrials.ts';
import { temporaryFiles } from './temporaryFiles.ts';

const { folder, write } = temporaryFiles();
const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

/** 24 batches of 100 participants with 400 metamers and 24 sounds in noise each, and two models. */
function millionTrials(): string {
  const curve = (thresholdDb: number) => ({ thresholdDb, deviationDb: 4, guess: 0.0025, lapse: 0.03 });
  const noise = {
    backgrounds: {
      babble8: { human: curve(-3), model: curve(1) },
      music: { human: curve(-6), model: curve(-2) },
    },
    snrsDb: [-9, -6, -3, 0, 3, 6],
    trials: 2,
  };
  const path = write('million.csv', '');
  for (let batch = 0; batch < 24; batch++) {
    const study = { ...smallStudy, seed: 1 + batch, participants: 100, sources: 400, answers: 400, noise };
    const rows = simulateTrials(study)
      .filter(({ observer }) => batch === 0 || observer === 'human')
      .map((row) =>
        row.observer === 'human' ? { ...row, participant: `b${batch}${row.participant}` } : row,
      );
    const text = trialsCsv(rows);
    appendFileSync(path, batch === 0 ? text : text.slice(text.indexOf('\n') + 1));
  }
  return path;
}

it('a million trials are analyzed in 1.5 GiB', () => {
  const path = millionTrials();
  const script = `process.argv = [process.argv[0], '${main}', 'analyze', '${path}', '--out', '${join(folder, 'report')}'];
    await import('${main}');
    console.log(JSON.stringify({ mebibytes: process.resourceUsage().maxRSS / 1024 }));`;
  const printed = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { mebibytes } = JSON.parse(printed.trim().split('\n').at(-1)!) as { mebibytes: number };
  expect(printed).toContain('report.html');
  expect(mebibytes).toBeLessThan(1536);
});
