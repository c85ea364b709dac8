import { anovaAgainst } from '../byStage/inference.ts';
import type { AnalysisConfig } from '../config.ts';
import type { AnalysisResults } from '../results.ts';
import type { AnalysisPlan, FrozenPlan, PlanReport } from './analysisPlan.ts';

/**
 * Holds an analysis against its plan.
 *
 * @param results - What was done.
 */
export function planReport(
  { path, sha256, plan }: FrozenPlan,
  { configuration, participants, curves }: Pick<AnalysisResults, 'configuration' | 'participants' | 'curves'>,
): PlanReport {
  const { primaryTest: planned, alpha } = plan;
  const primary = primaryTestOf(planned, curves);
  const p = primary?.p ?? Number.NaN;
  const deviations = [
    ...exclusionDeviations(plan, configuration),
    ...(plan.participants !== undefined && plan.participants !== participants
      ? [`${plan.participants} participants were planned, ${participants} are analyzed.`]
      : []),
    ...(Number.isNaN(p)
      ? [
          `The primary test (${planned.effect}, ${planned.task}, metamers of ${planned.metamerModel}) could not be made.`,
        ]
      : []),
  ];
  return {
    ...{ path, sha256, alpha, primaryTest: planned, p },
    test: primary?.test ?? '',
    isSignificant: p < alpha,
    isFollowed: deviations.length === 0,
    deviations,
  };
}

const effectNames = { 'observer × stage': 'between:within', observer: 'between', stage: 'within' } as const;

/** The test that holds for new listeners and sounds if it is of the planned effect, else the published analysis of variance. */
function primaryTestOf(
  { task, metamerModel, observer = metamerModel, effect }: AnalysisPlan['primaryTest'],
  curves: AnalysisResults['curves'],
): { p: number; test: string } | undefined {
  const curve = curves.find((own) => own.task === task && own.metamerModel === metamerModel);
  const headline = curve?.headline;
  if (headline?.effect === effect && (effect === 'stage' || headline.observer === observer))
    return { p: headline.p, test: headline.method };
  const line = curve && anovaAgainst(curve.inference.anovas, observer)?.table[effectNames[effect]];
  return line && { p: line.pGreenhouseGeisser, test: 'analysis of variance, sounds taken as fixed' };
}

function exclusionDeviations({ exclusions }: AnalysisPlan, config: AnalysisConfig): string[] {
  const rules = new Set([...Object.keys(exclusions), ...Object.keys(config.exclusions)]);
  const shown = (value: unknown) => (value === undefined ? "the study's" : JSON.stringify(value));
  return [...rules].flatMap((rule) => {
    const [planned, used] = [exclusions, config.exclusions].map((of) => of[rule as keyof typeof of]);
    return JSON.stringify(planned) === JSON.stringify(used)
      ? []
      : [`Exclusion rule '${rule}': ${shown(planned)} was planned, ${shown(used)} is used.`];
  });
}
