import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildStudy } from '../../../listening-test/study/buildStudy.ts';
import { bundledTargets } from '../../../listening-test/study/targets.ts';
import { type BundledClip, bundledClipPath, bundledClips } from '../../../stimuli/bundledClips.ts';
import { makeFolder, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { runsPage } from '../../figures/runsPage.ts';
import { writeSheet } from '../../figures/sheet/writeSheet.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { loadModel } from '../../model/loadModel.ts';
import { nullLabel } from '../../model/modelDescription.ts';
import { type CrossRecognition, crossRecognition } from '../../synthesis/runs/crossRecognition.ts';
import { type BatchItem, layOutRuns } from '../../synthesis/runs/layOutRuns.ts';
import { batchSettings } from '../../synthesis/runs/synthesizeRuns.ts';
import type { Command, Flags } from '../command.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { verdictTable } from '../terminal/verdictTable.ts';
import { watchedBatch } from '../terminal/watchedBatch.ts';

const modelName = 'branched-small';
/** Trained alike from another seed: does it recognize the first one's metamers? */
const otherName = 'branched-small-b';
/** An early, a middle and a late stage for each clip. */
const demoClips = [
  { name: 'speech-no', stages: ['norm1', 'conv3', 'top.word'] },
  { name: 'music-techno', stages: ['norm1', 'conv3', 'top.music'] },
] as const;

/** `metamer demo`: the main job on bundled clips. */
export const demoCommand: Command = {
  flags: [{ flag: '--out <folder>', help: 'receives the runs and index.html', default: 'metamer-demo' }],
  examples: ['metamer demo', 'metamer demo --out /tmp/metamer-demo'],
  run: runDemo,
};

/** Fewer than the preset's, so that a newcomer waits minutes; every metamer passes with them. */
const demoSteps = 800;

async function runDemo(_: string[], flags: Flags): Promise<0> {
  const out = String(flags['out']);
  const model = loadModel(modelName);
  const items: BatchItem[] = [];
  for (const { name, stages } of demoClips) items.push(...(await layOutRuns(model, [name], { stages, out })));
  const page = join(out, 'index.html');
  if (existsSync(page) && !items.some(({ folder }) => existsSync(folder)))
    throw new InputError(
      `--out must be a new folder or an earlier demo's, ${page} is another page; choose another folder`,
    );
  makeFolder(out);
  process.stderr.write(
    `Making ${items.length} metamers with ${model.name}, about two minutes on two cores …\n`,
  );
  const settings = batchSettings(model, { steps: demoSteps });
  const records = await stoppable(
    (signal) => watchedBatch(items, settings, { signal }),
    'the same command goes on from the last step, finished runs are kept',
  );
  const others = await crossRecognition(
    loadModel(otherName),
    items.map(({ folder }) => folder),
  );
  const clips = bundledClips();
  const sounds = demoClips.map(({ name }) => {
    const clip = clips.find((candidate) => candidate.name === name)!;
    const runs = items.flatMap(({ folder, reference }, i) =>
      reference.sound === name
        ? [{ path: relative(out, folder), record: records[i]!, others: [others[i]!] }]
        : [],
    );
    return { title: name, caption: captionOf(clip), runs };
  });
  writeFileAtomic(page, runsPage('Model metamers', introduction, sounds));
  const { pages } = await writeSheet(out, { overwrite: true });
  // A study that is there may hold answers already.
  if (!existsSync(join(out, 'study', 'study.json'))) await demoStudy(model, items, join(out, 'study'));
  process.stdout.write(
    `${verdictTable(items, records)}\n${othersHear(others)}Listen: open ${page} in a browser; all at one look: ${pages[0]}.\nTry the listening test: metamer serve ${join(out, 'study')}\n`,
  );
  return 0;
}

function othersHear(others: readonly CrossRecognition[]): string {
  const alike = others.filter(({ agrees }) => agrees).length;
  return `${otherName}, a network of another seed, hears ${alike} of ${others.length} metamers as it hears their originals.\n`;
}

/** A small study of the demo's runs; the model's own labels are the closed lists. */
async function demoStudy(model: AuditoryModel, items: readonly BatchItem[], folder: string): Promise<void> {
  const mains = demoClips.map(({ name }): string => name);
  const targets = bundledTargets(mains);
  await buildStudy({
    runs: items.map((item) => item.folder),
    naturalSounds: [...targets.keys()].filter((name) => !mains.includes(name)).map(bundledClipPath),
    config: { id: 'demo', title: 'Words and music' },
    targets,
    labels: Object.fromEntries(
      model.classifiers.map(({ task, labels }) => [task, labels.filter((label) => label !== nullLabel)]),
    ),
    counts: { practice: 2, catch: 1 },
    folder,
  });
}

const introduction = [
  'Each metamer below began as noise and was changed until the model of hearing could not tell it from the original at one of its stages. If the model hears as you do, you cannot tell them apart in what they say or which music they are.',
  'Metamers of early stages usually sound like the original; those of late stages usually turn to noise, although the model still recognizes them. That gap is what this toolkit measures.',
];

function captionOf({ kind, word, genre, author, license, source }: BundledClip): string {
  const what = word ? `the word ‘${word}’ in the middle` : genre ? `genre ${genre}` : kind;
  return `Bundled clip, ${what}. ${author}, ${source}, ${license}.`;
}
