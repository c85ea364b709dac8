import { seriesColors } from '../../figures/series.ts';
import type { MixedInference } from '../byStage/mixedInference.ts';
import { agreementNotes } from '../designWarnings.ts';
import type { AnalysisResults } from '../results.ts';
import { conductSection } from './conductSection.ts';
import { demographicsSection } from './demographicsSection.ts';
import { discriminationSection } from './discriminationSection.ts';
import { comparisonFigure } from './figures/comparisonFigure.ts';
import { consistencyFigure } from './figures/consistencyFigure.ts';
import { crossModelFigure } from './figures/crossModelFigure.ts';
import type { ReportFigure } from './figures/figureStyle.ts';
import { exclusionFlowChart } from './figures/flowChart.ts';
import { noiseFigure } from './figures/noiseFigure.ts';
import { recognitionFigure } from './figures/recognitionFigure.ts';
import { humansSection } from './humansSection.ts';
import { itemTables } from './itemTables.ts';
import { curveTitle, fileName } from './names.ts';
import type { ReportSection } from './page.ts';
import { anovaTable, stageTables } from './stageTables.ts';
import { crossModelTables, exclusionTables, noiseTables } from './studyTables.ts';

/**
 * All sections of the report: stages and items of each curve, comparisons, noise, models, exclusions.
 *
 * @returns Sections in reading order; those without content, and tables without rows, are left out.
 */
export function reportSections(results: AnalysisResults): ReportSection[] {
  const tasks = [
    ...new Set([
      ...results.inNoise.fits.map(({ task }) => task),
      ...results.crossModel.points.map(({ task }) => task),
    ]),
  ];
  const palette = seriesColors([
    ...new Set(['human', ...results.models, ...results.curves.map(({ metamerModel }) => metamerModel)]),
  ]);
  const drawn = (figures: (ReportFigure | null)[]) => figures.filter((figure) => figure !== null);
  const sections: ReportSection[] = [
    ...results.curves.flatMap((curve): ReportSection[] => [
      {
        title: `By stage: ${curveTitle(curve)}`,
        warnings: [...curve.claims.mixed.flatMap(mixedNotes), ...curve.inference.notes],
        text: curve.inference.anovas.flatMap(({ title, notes }) => notes.map((note) => `${title}: ${note}`)),
        figures: [recognitionFigure(curve, palette)],
        tables: stageTables(curve),
      },
      {
        title: `By item: ${curveTitle(curve)}`,
        text: agreementNotes(curve),
        warnings: curve.warnings,
        figures: drawn([consistencyFigure(curve, palette)]),
        tables: itemTables(curve),
      },
    ]),
    ...results.discrimination.map((discrimination) => discriminationSection(discrimination, palette)),
    {
      title: 'Metamers of different models',
      text: results.comparisonNotes,
      figures: drawn(
        [...new Set(results.curves.map(({ task }) => task))].map((task) =>
          comparisonFigure(
            results.curves.filter((curve) => curve.task === task && curve.metamerModel !== ''),
            palette,
          ),
        ),
      ),
      tables: results.metamerModelComparisons.map((anova) =>
        anovaTable(fileName('anova', anova.task, anova.title), anova),
      ),
    },
    {
      title: 'Recognition in noise',
      text: results.inNoise.notes,
      figures: drawn(tasks.map((task) => noiseFigure(results.inNoise, { task, palette }))),
      tables: noiseTables(results),
    },
    humansSection(results.humans),
    {
      title: 'Across models',
      figures: drawn(tasks.map((task) => crossModelFigure(results.crossModel, { task, palette }))),
      tables: crossModelTables(results),
    },
    demographicsSection(results.demographics),
    {
      title: 'Exclusions',
      figures: [exclusionFlowChart(results)],
      tables: exclusionTables(results),
    },
    conductSection(results.conduct),
  ];
  return sections
    .map((section) => ({ ...section, tables: section.tables.filter(({ rows }) => rows.length > 0) }))
    .filter(({ figures, tables, text }) => figures.length + tables.length + (text?.length ?? 0) > 0);
}

function mixedNotes({ observer, notes }: MixedInference): string[] {
  const who = observer === 'human' ? 'Humans alone' : `Humans with ${observer}`;
  return notes.map((note) => `${who}: ${note}`);
}
