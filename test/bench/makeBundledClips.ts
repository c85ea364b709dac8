import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJsonAtomic } from '../../src/base/files.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { createRandom } from '../../src/base/random.ts';
import { withMidi } from '../../src/corpus/makers/lilypondMidi.ts';
import { playMidi } from '../../src/corpus/makers/playMidi.ts';
import type { BundledClip } from '../../stimuli/bundledClips.ts';
import { composedPieces } from '../../stimuli/clips/composedPieces.ts';
import { decodeSound } from '../../stimuli/decodeSound.ts';
import { demeaned, withRms } from '../../stimuli/level.ts';
import { meanChannel } from '../../stimuli/monoSound.ts';
import { whiteNoise } from '../../stimuli/noise.ts';
import { resampleSound } from '../../stimuli/resample.ts';
import { writeWav } from '../../stimuli/writeWav.ts';
import { midiFileOf } from './midiFile.ts';

// Makes stimuli/clips from Debian's asterisk-core-sounds-en-g722, sonic-pi-samples, fluidsynth, fluid-soundfont-gm,
// lilypond and ffmpeg, and the folder `ftp` of the Mutopia project: npx tsx test/bench/makeBundledClips.ts ftp

const sampleRateHz = 20000;
const seconds = 2;
const promptFolder = '/usr/share/asterisk/sounds/en_US_f_Allison';
const sampleFolder = '/usr/share/sonic-pi/samples';
const soundfontPath = '/usr/share/sounds/sf2/FluidR3_GM.sf2';

/** A word at the middle of prompts said one after the other; its middle in seconds from their beginning. */
interface SpokenWord {
  word: string;
  prompts: readonly string[];
  middleSeconds: number;
  transcript: string;
  isDrawnByLot?: true;
}

const speech: readonly SpokenWord[] = [
  {
    word: 'process',
    prompts: ['vm-newuser'],
    middleSeconds: 5.4,
    transcript: 'a short setup process',
  },
  {
    word: 'have',
    prompts: ['followme/no-recording'],
    middleSeconds: 0.35,
    transcript: 'you have an incoming call',
  },
  {
    word: 'sixteen',
    prompts: ['vm-youhave', 'digits/16', 'vm-messages'],
    middleSeconds: 1.47,
    transcript: 'you have sixteen messages',
  },
  {
    word: 'twenty',
    prompts: ['vm-youhave', 'digits/20', 'vm-messages'],
    middleSeconds: 1.36,
    transcript: 'you have twenty messages',
  },
  {
    word: 'no',
    prompts: ['vm-youhave', 'vm-no', 'vm-messages'],
    middleSeconds: 1.38,
    transcript: 'you have no messages',
  },
  ...drawnWords([
    ['twelve', 'digits/12', 0.345, 'twelve'],
    ['open', 'letters/ascii40', 0.19, 'open parenthesis'],
    ['left', 'conf-hasleft', 0.53, 'has left the conference'],
    ['close', 'letters/ascii41', 0.245, 'close parenthesis'],
    ['with', 'privacy-prompt', 2.335, 'please enter your phone number, starting with the area code'],
  ]),
];

/**
 * Words of the model that the talker says once in a prompt, where an aligner (pocketsphinx 5.1) found them: the first
 * five in the order of the SHA-256 of `1/word` that have no clip above, the prompt in the order of that of `1/prompt`.
 */
function drawnWords(
  words: readonly (readonly [word: string, prompt: string, middleSeconds: number, transcript: string])[],
): SpokenWord[] {
  return words.map(([word, prompt, middleSeconds, transcript]) => ({
    ...{ word, prompts: [prompt], middleSeconds, transcript },
    isDrawnByLot: true,
  }));
}

/**
 * Scores in the public domain from the corpus's test split (seed 1), of each of the four kinds of art music the first in
 * the order of the SHA-256 of `1/file`.
 */
const scores = [
  {
    genre: 'renaissance',
    file: 'GalileiV/saltarello/saltarello.ly',
    author: 'Vincenzo Galilei, Saltarello; typeset by Federico Bruni',
  },
  {
    genre: 'baroque',
    file: 'GiulianoG/gimo-153/gimo-153-lys/score.ly',
    author: 'Giuseppe Giuliano, Sinfonia; typeset by Erik Sandberg',
  },
  {
    genre: 'classical',
    file: 'FranckC/FWV62/franck_ave_maria/franck_ave_maria-lys/franck_ave_maria_D-a4.ly',
    author: 'César Franck, Ave Maria; typeset by Nicolas Vasseur',
  },
  {
    genre: 'romantic',
    file: 'CorneliusP/cornelius-ein-ton/cornelius-ein-ton.ly',
    author: 'Peter Cornelius, Ein Ton; typeset by Daniel Johnson',
  },
] as const;

const samples = [
  {
    name: 'music-tabla',
    file: 'loop_tabla',
    kind: 'music',
    author: 'lezaarth, freesound.org 242591',
    startSeconds: 2,
  },
  {
    name: 'music-guitar',
    file: 'guit_em9',
    kind: 'music',
    author: 'Sub-d, freesound.org 46992',
    startSeconds: 0,
  },
  {
    name: 'environment-printer',
    file: 'loop_3d_printer',
    kind: 'environment',
    author: 'hullum, freesound.org 415571',
    startSeconds: 2,
  },
  {
    name: 'environment-cash-register',
    file: 'perc_till',
    kind: 'environment',
    author: 'Zott820, freesound.org 209578',
    startSeconds: 0.2,
  },
  {
    name: 'environment-sauna',
    file: 'ambi_sauna',
    kind: 'environment',
    author: 'hullum, freesound.org 415551',
    startSeconds: 3,
  },
  {
    name: 'environment-vinyl-hiss',
    file: 'vinyl_hiss',
    kind: 'environment',
    author: 'veezay, freesound.org 130393',
    startSeconds: 3,
  },
] as const;

const scoreStartSeconds = 4;
const [, , scoreFolder] = process.argv;
if (!scoreFolder) throw new Error('give the folder ftp of the Mutopia project');

await main();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-clips-'));
  const clips: BundledClip[] = [];
  try {
    for (const clip of speech) clips.push(await makeSpeech(clip, folder));
    for (const piece of composedPieces) clips.push(await makePiece(piece, folder));
    for (const score of scores) clips.push(await makeScore(score, folder));
    for (const sample of samples) clips.push(await makeSample(sample));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  writeJsonAtomic(join(packagePath('stimuli/clips'), 'clips.json'), clips);
}

async function makeSpeech(clip: (typeof speech)[number], folder: string): Promise<BundledClip> {
  const path = join(folder, 'prompt.wav');
  const said: Float32Array[] = [];
  for (const prompt of clip.prompts) {
    execFileSync('ffmpeg', [
      '-loglevel',
      'error',
      '-y',
      '-f',
      'g722',
      '-i',
      join(promptFolder, `${prompt}.g722`),
      path,
    ]);
    said.push(await readAtRate(path));
  }
  const whole = Float32Array.from(said.flatMap((sound) => [...sound]));
  const start = Math.round((clip.middleSeconds - seconds / 2) * sampleRateHz);
  return {
    ...written(`speech-${clip.word}`, withQuietEnds(whole, start), folder),
    kind: 'speech',
    word: clip.word,
    ...(clip.isDrawnByLot && { isDrawnByLot: clip.isDrawnByLot }),
    transcript: clip.transcript,
    source: `asterisk-core-sounds-en-g722 1.6.1, ${clip.prompts.join(' + ')}`,
    author: 'Allison Smith; Digium, Inc.',
    license: 'CC-BY-SA-3.0',
    changes:
      'prompts joined where several are named, resampled from 16 to 20 kHz, cut to 2 s around the word, RMS 0.05',
  };
}

async function makePiece(piece: (typeof composedPieces)[number], folder: string): Promise<BundledClip> {
  const [midi, wave] = [join(folder, 'piece.mid'), join(folder, 'piece.wav')];
  writeFileSync(midi, midiFileOf(piece, 8));
  execFileSync('fluidsynth', ['-ni', '-q', '-g', '0.4', '-r', '40000', '-F', wave, soundfontPath, midi]);
  const secondsPerBeat = 60 / piece.beatsPerMinute;
  const secondBar = Math.ceil(2 / (secondsPerBeat * piece.beatsPerBar)) * piece.beatsPerBar;
  const start = Math.round((piece.startBeats ?? secondBar) * secondsPerBeat * sampleRateHz);
  return {
    ...written(`music-${piece.name}`, withQuietEnds(await readAtRate(wave), start), folder),
    kind: 'music',
    genre: piece.genre,
    source:
      'composed for this project (stimuli/clips/composedPieces.ts), played by FluidSynth with the FluidR3 GM soundfont',
    author: 'the authors of this project; soundfont by Frank Wen',
    license: 'MIT',
    changes: 'cut to 2 s, RMS 0.05',
  };
}

async function makeScore(score: (typeof scores)[number], folder: string): Promise<BundledClip> {
  const sound = await withMidi(join(scoreFolder!, score.file), (files) =>
    playMidi(files[0]!, soundfontPath, seconds + scoreStartSeconds),
  );
  return {
    ...written(`music-${score.genre}`, withQuietEnds(sound, scoreStartSeconds * sampleRateHz), folder),
    kind: 'music',
    genre: score.genre,
    isDrawnByLot: true,
    source: `Mutopia project, ${score.file}, played by FluidSynth with the FluidR3 GM soundfont`,
    author: `${score.author}; soundfont by Frank Wen`,
    license: 'MIT',
    changes: 'the score is in the public domain, the soundfont MIT; cut to 2 s, RMS 0.05',
  };
}

async function makeSample(sample: (typeof samples)[number]): Promise<BundledClip> {
  const sound = await readAtRate(join(sampleFolder, `${sample.file}.flac`));
  return {
    ...written(sample.name, withQuietEnds(sound, sample.startSeconds * sampleRateHz), tmpdir()),
    kind: sample.kind,
    source: `sonic-pi-samples 3.2.2, ${sample.file}`,
    author: sample.author,
    license: 'CC0-1.0',
    changes: 'channels averaged, resampled from 44.1 to 20 kHz, cut to 2 s, RMS 0.05',
  };
}

async function readAtRate(path: string): Promise<Float32Array> {
  const { channels, sampleRateHz: fromHz } = await decodeSound(path);
  return resampleSound(meanChannel(channels), fromHz, sampleRateHz);
}

/** Two seconds from `start` on; where the sound does not reach, noise 66 dB below the speech stands for a quiet room. */
function withQuietEnds(sound: Float32Array, start: number): Float32Array {
  const quiet = whiteNoise(seconds * sampleRateHz, createRandom(1));
  return quiet.map((value, i) => (sound[start + i] ?? 0) + 2.5e-5 * value);
}

function written(name: string, sound: Float32Array, folder: string): { name: string; file: string } {
  const wave = join(folder, `${name}.wav`);
  const level = 0.05;
  writeWav(wave, withRms(demeaned(sound), level), { sampleRateHz, format: 'int16', tooLoud: 'rescale' });
  const file = `${name}.flac`;
  const output = join(packagePath('stimuli/clips'), file);
  execFileSync('ffmpeg', ['-loglevel', 'error', '-y', '-i', wave, '-compression_level', '12', output]);
  rmSync(wave);
  return { name, file };
}
