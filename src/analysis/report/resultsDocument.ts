import type { AnalysisResults } from '../results.ts';
import { methodsText, type Versions } from './methods.ts';

/**
 * All results as a JSON-ready value: undefined numbers become null, counts by participant plain arrays.
 *
 * @returns What `results.json` holds.
 */
export function resultsDocument(results: AnalysisResults, versions: Versions): Record<string, unknown> {
  return {
    versions,
    methods: methodsText(results, versions),
    ...results,
    curves: results.curves.map((curve) => ({
      ...curve,
      recognition: {
        ...curve.recognition,
        trials: [...curve.recognition.trials],
        correct: [...curve.recognition.correct],
        models: curve.recognition.models.map((model) => ({
          ...model,
          trials: [...model.trials],
          correct: [...model.correct],
        })),
      },
    })),
  };
}
