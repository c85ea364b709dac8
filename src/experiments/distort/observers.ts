import { createHash } from 'node:crypto';
import { InputError } from '../../base/inputError.ts';
import { type AuditoryModel, checkStages } from '../../model/auditoryModel.ts';

/** Who notices changes of a sound: a model, at one of its stages. */
export interface Observer {
  model: AuditoryModel;
  stage: string;
}

/**
 * Names of observers: the stage, after the model's name where there are several models.
 *
 * @param observers - Each another one.
 */
export function observerNames(observers: readonly Observer[]): string[] {
  const isOne = new Set(observers.map(({ model }) => model.name)).size === 1;
  return observers.map(({ model, stage }) => (isOne ? stage : `${model.name} ${stage}`));
}

/**
 * What runs say of who observed them.
 *
 * @param observers - Of one model or several; of several, stages have no common order.
 */
export function observedBy(observers: readonly Observer[]) {
  const models = [...new Map(observers.map(({ model }) => [model.hash, model])).values()];
  const [first, ...others] = models as [AuditoryModel, ...AuditoryModel[]];
  const hashes = models.map(({ hash }) => hash).join(' ');
  return {
    observers,
    model: models.map(({ name }) => name).join('+'),
    modelHash: others.length === 0 ? first.hash : createHash('sha256').update(hashes).digest('hex'),
    modelPath: others.length === 0 ? (first.path ?? null) : null,
    ...(others.length === 0 ? { stageOrder: first.stages.map(({ name }) => name) } : {}),
  };
}

/**
 * Refuses observers that cannot be held against one another.
 *
 * @param observers - As asked for.
 * @param most - How many there may be.
 * @throws InputError saying what they must be.
 */
export function checkObservers(observers: readonly Observer[], most = Number.POSITIVE_INFINITY): void {
  for (const { model, stage } of observers) checkStages(model, [stage]);
  const wanted = most === 2 ? 'two' : 'two or more';
  if (observers.length < 2 || observers.length > most)
    throw new InputError(
      `there must be ${wanted} stages to hold against one another, each of each model, got ${observers.length}; name ${wanted} stages, or models`,
    );
  const names = observerNames(observers);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new InputError(`models and stages must be named once, '${twice}' is there twice; leave one out`);
  const [{ model: first }] = observers as [Observer, ...Observer[]];
  const other = observers.find(
    ({ model }) => model.samples !== first.samples || model.sampleRateHz !== first.sampleRateHz,
  )?.model;
  if (other)
    throw new InputError(
      `models must take sounds of one length and rate, ${first.name} takes ${first.samples} samples at ${first.sampleRateHz} Hz, ${other.name} ${other.samples} at ${other.sampleRateHz} Hz; choose others`,
    );
}
