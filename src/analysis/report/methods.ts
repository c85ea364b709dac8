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
  const { permutations, seed } = results;
  const discrimination = discriminationMethods(results.discrimination);
  const paragraphs = [
    `Trials were analyzed with auditory-metamer ${versions.toolkit} (Node.js ${versions.node}; random seed ${seed}). Practice and catch trials served exclusion only. Exclusion rules were applied in the order of the flow chart, first to participants, then to single trials; the main result was repeated without each rule that removed anything, and without any.`,
    'Conclusions are to hold for new listeners and new sounds. Single answers were analyzed by logistic mixed models (maximum likelihood, Laplace approximation) with random intercepts for listeners, sources, sources within observers, and sounds (source × stage), those of sounds shared by humans and model and of humans alone; a random effect needs two human answers a level. A model is no sample of listeners and its answer to a sound counts once. Observer × stage tests whether the difference of the observers’ proportions correct is the same at all stages: the free model against one that holds the difference constant, by the likelihood ratio over its degrees of freedom as F with (sources − 1)(stages − 1) degrees of freedom in the denominator; observer: against no difference, stage: against none, both with sources − 1, by which they keep 5 % in simulated studies of 12 listeners and 24 sources. The usual interaction of logits is given beside it; it has no answer where an observer is always right.',
    'Recognition is the mean over participants of their proportions correct; a model’s is the mean over sounds. Intervals are 95 % for new listeners and new sounds: the variance over listeners plus that over sources less what both count (Schütt et al. 2023; Cameron et al. 2011), with Satterthwaite’s degrees of freedom and Wilson’s form; differences by Zou and Donner’s (2008) method. Equivalence within a margin rests on two one-sided tests, the Bayes factor for no difference on the BIC of mixed models of a stage, with sources as the sample’s size. Human recognition leaves natural where it stays below 90 % of the natural sounds’ advantage over chance, and reaches chance where it stays below 10 %; intervals from resamples of listeners and sources. Within-subject intervals are Cousineau’s and Morey’s. Wilson intervals of trials take trials as independent and are given for reference.',
    `As published, and with sounds taken as fixed, humans were compared with each model by a mixed analysis of variance with observer between and stage within; as in Feather et al. (2023), the unit is participant × observer. The same data were also analyzed as paired, with observer and stage within participants. Human recognition of two models’ metamers was compared with stage and metamer model within participants. Sums of squares are Type III; degrees of freedom were corrected by Greenhouse and Geisser’s and by Huynh and Feldt’s ε (the latter as corrected by Lecoutre 1991) and by the lower bound; effect sizes are partial and generalized η². Participants without trials in some cell were left out of the analysis concerned.`,
    permutations > 0
      ? `Permutation p values rest on ${permutations.toLocaleString('en-US')} random permutations and are (b + 1) / (B + 1) (B is lower, at least 1,000, for tables of many thousand cells and for many pairs of metamer models, and with more than three models only the one that made the metamers gets permutations; results.json states each B). For the main effect of observer its labels were shuffled over units on data averaged over stages; for stage the stages were shuffled within each unit; for their interaction both; for within-participant factors and their interactions the cells concerned were shuffled within participants (the two schemes of Feather et al. 2023); they are valid under sphericity alone.`
      : 'No permutation p values were computed.',
    'Contrasts are paired t tests; p values are adjusted within each family by Holm’s method.',
  ];
  if (results.curves.length === 0 && discrimination.length > 0) return [paragraphs[0]!, ...discrimination];
  if (results.curves.some(({ byItem }) => byItem.items > 0))
    paragraphs.push(
      'Item-level agreement: an item is a source in a condition. Error consistency κ = (c_obs − c_exp) / (1 − c_exp) (Geirhos et al. 2020) was computed from the pooled joint counts of each level, with the bounds that the two accuracies allow and intervals from a bootstrap over listeners and sources with its correction (Schütt et al. 2023); it is left undefined where c_exp is 1 (Klein et al. 2025). Human–human κ uses all pairs of trials of two different participants with the same item, so that who heard an item twice is in twice as many pairs. As in Klein et al. (2025), κ is also given with an interval over resampled sounds alone and with p of independent errors: the model’s answers, or each listener’s, are dealt anew to the sounds of the level (1,000 times, fewer for very many answers), p adjusted over levels by Holm’s method. Every measure is given between people and the model and between people, with the difference of the two: κ, the correlation of an observer with the mean of the other listeners, the squared difference of two observers’ proportions correct at a stage (from products of answers to different sounds, so that the sampling of answers and sounds is not in it), the share of the same wrong answer, Cohen’s κ of the answers, and the likeness of confusions (correlation off the diagonal, Jensen–Shannon divergence, total variation) with the other listeners, in which one listener drawn for each sound stands in for the model, so that both answer a sound once; models are held against one another by the same measures. Intervals and p rest on the same bootstrap over listeners and sources; p are adjusted by Holm’s method within a measure, over stages and models, or pairs of models. Correlations of human item means with model recognition were corrected by the square root of the human split-half reliability (random halves within each item, Fisher z mean, Spearman–Brown); models were taken as reliable. Within stage means that each level’s mean was removed first. Confusions compare answers on the same trials; rows of the confusion matrix need five answers.',
    );
  if (results.inNoise.fits.length > 0)
    paragraphs.push(
      'Recognition in noise was fitted by ψ(x) = γ + (1 − γ − λ) Φ, with γ fixed at chance (0 where it is not known), a lapse rate λ and beta-binomial overdispersion, maximum a posteriori with the priors of psignifit 4 (Schütt et al. 2016); the threshold is the SNR at which Φ is one half, the width its distance from 5 % to 95 %. Intervals of thresholds and widths and comparisons of thresholds (observers in one background, people in two) rest on the bootstrap over listeners and sources with its correction, the function fitted anew to each resample, so that listeners may differ; p are adjusted by Holm’s method within each kind of comparison. Marginal posteriors, which take trials as independent, give the intervals marked so. People’s variance of thresholds is that of what each answers beyond the common curve, to first order and from products of answers to different sources; the model is held against it by its squared distance from the mean of people. A threshold outside the ratios that were measured is marked as extrapolated.',
    );
  if (results.crossModel.points.length > 0)
    paragraphs.push(
      'Recognition across models: each model’s metamers were given to the other models; their mean recognition by stage was correlated with human recognition over model × stage (Feather et al. 2023). One model’s stages are no independent points: the interval is a percentile bootstrap over metamer models, and there is none for fewer than five.',
    );
  return [...paragraphs, ...discrimination];
}

/** References that the methods text names. */
export const methodsReferences: readonly string[] = [
  'Cameron, A. C., Gelbach, J. B. & Miller, D. L. (2011). Robust inference with multiway clustering. Journal of Business & Economic Statistics 29, 238–249.',
  'Efron, B. & Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman & Hall.',
  'Feather, J., Leclerc, G., Mądry, A. & McDermott, J. H. (2023). Model metamers reveal divergent invariances between biological and artificial neural networks. Nature Neuroscience 26, 2017–2034.',
  'Geirhos, R., Meding, K. & Wichmann, F. A. (2020). Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and humans by measuring error consistency. NeurIPS 33.',
  'Greenhouse, S. W. & Geisser, S. (1959). On methods in the analysis of profile data. Psychometrika 24, 95–112.',
  'Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65–70.',
  'Huynh, H. & Feldt, L. S. (1976). Estimation of the Box correction for degrees of freedom from sample data. Journal of Educational Statistics 1, 69–82.',
  'Klein, T. et al. (2025). Quantifying uncertainty in error consistency. arXiv 2507.06645.',
  'Lecoutre, B. (1991). A correction for the ε̃ approximate test in repeated measures designs. Journal of Educational Statistics 16, 371–372.',
  'Schütt, H. H., Harmeling, S., Macke, J. H. & Wichmann, F. A. (2016). Painfree and accurate Bayesian estimation of psychometric functions. Vision Research 122, 105–123.',
  'Schütt, H. H., Kipnis, A. D., Diedrichsen, J. & Kriegeskorte, N. (2023). Statistical inference on representational geometries. eLife 12, e82566.',
  'Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American Statistical Association 22, 209–212.',
];
