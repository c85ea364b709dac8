import { escapeMarkup } from '../../base/escapeMarkup.ts';
import type { AnalysisResults } from '../results.ts';
import { reportedProbability } from './table.ts';

/**
 * What was fixed beforehand and whether it was kept, for the top of the page.
 *
 * @returns HTML; empty without a plan.
 */
export function planAnswer({ plan }: AnalysisResults): string {
  if (!plan) return '';
  const { primaryTest, p, alpha, test } = plan;
  const what = `${primaryTest.effect} (${primaryTest.task}, metamers of ${primaryTest.metamerModel})`;
  const outcome = Number.isNaN(p)
    ? 'could not be made'
    : `${reportedProbability(p)}, ${plan.isSignificant ? 'significant' : 'not significant'} at α = ${alpha} (${escapeMarkup(test)})`;
  const kept = plan.isFollowed
    ? '<p>The plan was followed.</p>'
    : `<p>The plan was not followed:</p><ul>${plan.deviations.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>`;
  return `<section class="plan"><h2>Planned beforehand</h2>
<p>Primary test: ${escapeMarkup(what)}: ${outcome}.</p>${kept}
<p class="file">${escapeMarkup(plan.path)}, SHA-256 <code>${plan.sha256}</code></p></section>`;
}
