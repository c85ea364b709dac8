import { escapeMarkup } from '../../base/escapeMarkup.ts';
import type { Headline } from '../byStage/curveClaims.ts';
import { naturalLevel } from '../byStage/recognition.ts';
import { leastModels } from '../crossModel.ts';
import type { AnalysisResults, CurveResults } from '../results.ts';
import { discriminationAnswer } from './discriminationText.ts';
import { curveTitle } from './names.ts';
import { reportedProbability } from './table.ts';

/**
 * What was found, a sentence each.
 *
 * @returns HTML of the section; empty where no sentence can be said.
 */
export function inShort(results: AnalysisResults): string {
  const answers = [
    ...results.curves.map((curve) => `<li>${shortAnswer(curve)}</li>`),
    ...results.discrimination.map((told) => `<li>${escapeMarkup(discriminationAnswer(told))}</li>`),
    crossAnswer(results),
    noiseAnswer(results),
  ].join('');
  return answers && `<section class="answer"><h2>In short</h2><ul>${answers}</ul></section>`;
}

/** The main result of one curve in one sentence. */
function shortAnswer(curve: CurveResults): string {
  const { levels } = curve.recognition;
  const human = curve.summaries.filter(({ observer }) => observer === 'human');
  const own = curve.summaries.filter(({ observer }) => observer === curve.metamerModel);
  const percent = (value: number | undefined) => `${(100 * (value ?? Number.NaN)).toFixed(0)} %`;
  const lead = `<strong>${escapeMarkup(curveTitle(curve))}</strong>: humans recognize ${percent(human[0]?.proportionCorrect)} ${levels[0] === naturalLevel ? 'of natural sounds' : `at ${escapeMarkup(levels[0]!)}`}`;
  if (levels.length < 2) return `${lead}.`;
  const last = escapeMarkup(levels.at(-1)!);
  const network =
    own.length > 0
      ? ` (${escapeMarkup(curve.metamerModel)} itself: ${percent(own.at(-1)?.proportionCorrect)})`
      : '';
  const test = curve.headline ? `; ${headlineText(curve.headline)}` : '';
  return `${lead} and ${percent(human.at(-1)?.proportionCorrect)} at ${last}${network}${test}.${publishedText(curve)}`;
}

function headlineText(headline: Headline): string {
  const { effect, method, statistic, degreesOfFreedom, denominator, p } = headline;
  const lead = `${effect}, for new listeners and new sounds`;
  if (Number.isNaN(statistic)) return `${lead}: not estimable`;
  const f = (statistic / degreesOfFreedom).toFixed(2);
  const how = method.includes('mixed model') ? 'mixed model' : 'variance over listeners and sources';
  return `${lead}: F(${degreesOfFreedom}, ${denominator}) = ${f}, ${reportedProbability(p)} (${how})`;
}

function publishedText({ anovaAsPublished }: CurveResults): string {
  const effect = anovaAsPublished?.table['between:within'];
  if (!effect) return '';
  const epsilon = effect.epsilonGreenhouseGeisser;
  const df = [effect.degreesOfFreedom, effect.errorDegreesOfFreedom].map((own) => (own * epsilon).toFixed(1));
  return ` As published, sounds taken as fixed: F(${df.join(', ')}) = ${effect.f.toFixed(2)}, ε = ${epsilon.toFixed(2)}, ${reportedProbability(effect.pGreenhouseGeisser)}, partial η² = ${effect.partialEtaSquared.toFixed(3)}.`;
}

function crossAnswer({ crossModel }: AnalysisResults): string {
  return crossModel.correlations
    .filter(({ metamerModels }) => metamerModels >= leastModels)
    .map(
      ({ task, points, metamerModels, spearman, spearmanInterval: { low, high } }) =>
        `<li>Over ${points} stages of ${metamerModels} models (${escapeMarkup(task)}), human recognition and recognition by other models correlate with Spearman’s ρ = ${spearman.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}].</li>`,
    )
    .join('');
}

const decibels = (value: number) => value.toFixed(1).replace('-', '−');

function noiseAnswer({ inNoise }: AnalysisResults): string {
  return inNoise.comparisons
    .filter(({ first, second }) => first.observer === 'human' && second.observer !== 'human')
    .map(({ task, second, difference, interval, isExtrapolated }) => {
      const place = escapeMarkup(`${task} in ${second.background || 'noise'}`);
      const model = escapeMarkup(second.observer);
      if (isExtrapolated)
        return `<li>${place}: the thresholds of humans and ${model} cannot be compared, at least one lies outside the signal-to-noise ratios that were measured.</li>`;
      const by = `${Math.abs(difference).toFixed(1)} dB ${difference < 0 ? 'lower' : 'higher'}`;
      return `<li>${place}: the humans’ threshold is ${by} than that of ${model} (95 % interval of the difference ${decibels(interval.low)} to ${decibels(interval.high)} dB).</li>`;
    })
    .join('');
}
