import type { AnalysisResults } from '../results.ts';
import { discriminationMethods } from './discriminationText.ts';

/** Programs that made the report. */
export interface Versions {
  toolkit: string;
  node: string;
}

/**
 * Methods text with the exact tests, settings and versions, one paragraph an element.
 *
 * @returns Plain-text paragraphs.
 */
export function methodsText(results: AnalysisResults, versions: Versions): string[] {
  const { permutations, bootstrapResamples, seed } = results;
  const discrimination = discriminationMethods(results.discrimination);
  const paragraphs = [
    `Trials were analyzed with auditory-metamer ${versions.toolkit} (Node.js ${versions.node}; random seed ${seed}). Practice and catch trials served exclusion only. Exclusion rules were applied in the order of the flow chart, first to participants, then to single trials; the main result was repeated without each rule that removed anything, and without any.`,
    `Recognition was summarized as the mean over participants of their proportions correct, with 95 % intervals from ${bootstrapResamples.toLocaleString('en-US')} bootstrap resamples of participants (bias-corrected and accelerated, BCa, and percentile; Efron & Tibshirani 1993; fewer resamples, at least 1,000, for many thousand participants or sources and for single items of many models). Wilson intervals take trials as independent and are given for reference. Each model was scored on exactly the trials that each participant heard (source and condition), so that humans and models have the same trials.`,
    `Humans were compared with each model by a mixed analysis of variance with observer between and stage within; as in Feather et al. (2023), the unit is participant × observer. The same data were also analyzed as paired, with observer and stage within participants. Human recognition of two models’ metamers was compared with stage and metamer model within participants. Sums of squares are Type III; degrees of freedom were corrected by Greenhouse and Geisser’s and by Huynh and Feldt’s ε (the latter as corrected by Lecoutre 1991) and by the lower bound; effect sizes are partial η². Participants without trials in some cell were left out of the analysis concerned.`,
    permutations > 0
      ? `Permutation p values rest on ${permutations.toLocaleString('en-US')} random permutations and are (b + 1) / (B + 1) (B is lower, at least 1,000, for tables of many thousand cells and for many pairs of metamer models, and with more than three models only the one that made the metamers gets permutations; results.json states each B). For the main effect of observer its labels were shuffled over units on data averaged over stages; for stage the stages were shuffled within each unit; for their interaction both; for within-participant factors and their interactions the cells concerned were shuffled within participants (the two schemes of Feather et al. 2023).`
      : 'No permutation p values were computed.',
    'Contrasts are paired t tests; p values are adjusted within each family by Holm’s method.',
  ];
  if (results.curves.length === 0 && discrimination.length > 0) return [paragraphs[0]!, ...discrimination];
  if (results.curves.some(({ byItem }) => byItem.items > 0))
    paragraphs.push(
      'Item-level agreement: an item is a source in a condition. Error consistency κ = (c_obs − c_exp) / (1 − c_exp) (Geirhos et al. 2020) was computed from the pooled joint counts of each level, with the bounds that the two accuracies allow and BCa intervals over sources; it is left undefined where c_exp is 1 (Klein et al. 2025). Human–human κ uses all pairs of participants who heard the same item. Correlations of human item means with model recognition were corrected by the square root of the human split-half reliability (random halves within each item, Fisher z mean, Spearman–Brown); models were taken as reliable. Within stage means that each level’s mean was removed first. Confusions compare answers on the same trials; rows of the confusion matrix need five answers.',
    );
  if (results.inNoise.fits.length > 0)
    paragraphs.push(
      'Recognition in noise was fitted by ψ(x) = γ + (1 − γ − λ) Φ, with γ fixed at chance (0 where it is not known), a lapse rate λ and beta-binomial overdispersion, maximum a posteriori with the priors of psignifit 4 (Schütt et al. 2016); the threshold is the SNR at which Φ is one half, the width its distance from 5 % to 95 %. Intervals are 95 % credible intervals of the marginal posteriors on a grid; thresholds were compared by the convolution of their posteriors. A threshold outside the ratios that were measured is marked as extrapolated.',
    );
  if (results.crossModel.points.length > 0)
    paragraphs.push(
      'Recognition across models: each model’s metamers were given to the other models; their mean recognition by stage was correlated with human recognition over model × stage (Feather et al. 2023). One model’s stages are no independent points: the interval is a percentile bootstrap over metamer models, and there is none for fewer than five.',
    );
  return [...paragraphs, ...discrimination];
}

/** References that the methods text names. */
export const methodsReferences: readonly string[] = [
  'Efron, B. & Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman & Hall.',
  'Feather, J., Leclerc, G., Mądry, A. & McDermott, J. H. (2023). Model metamers reveal divergent invariances between biological and artificial neural networks. Nature Neuroscience 26, 2017–2034.',
  'Geirhos, R., Meding, K. & Wichmann, F. A. (2020). Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and humans by measuring error consistency. NeurIPS 33.',
  'Greenhouse, S. W. & Geisser, S. (1959). On methods in the analysis of profile data. Psychometrika 24, 95–112.',
  'Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65–70.',
  'Huynh, H. & Feldt, L. S. (1976). Estimation of the Box correction for degrees of freedom from sample data. Journal of Educational Statistics 1, 69–82.',
  'Klein, T. et al. (2025). Quantifying uncertainty in error consistency. arXiv 2507.06645.',
  'Lecoutre, B. (1991). A correction for the ε̃ approximate test in repeated measures designs. Journal of Educational Statistics 16, 371–372.',
  'Schütt, H. H., Harmeling, S., Macke, J. H. & Wichmann, F. A. (2016). Painfree and accurate Bayesian estimation of psychometric functions. Vision Research 122, 105–123.',
  'Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American Statistical Association 22, 209–212.',
];
