import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJsonAtomic } from '../../src/base/files.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { createRandom } from '../../src/base/random.ts';
import type { BundledClip } from '../bundledClips.ts';
import { decodeSound } from '../decodeSound.ts';
import { demeaned, withRms } from '../level.ts';
import { midiFileOf } from '../midiFile.ts';
import { meanChannel } from '../monoSound.ts';
import { whiteNoise } from '../noise.ts';
import { resampleSound } from '../resample.ts';
import { writeWav } from '../writeWav.ts';
import { composedPieces } from './composedPieces.ts';

// Makes stimuli/clips from Debian's asterisk-core-sounds-en-g722, sonic-pi-samples, fluidsynth, fluid-soundfont-gm and
// ffmpeg: npx tsx stimuli/clips/makeBundledClips.ts

const sampleRateHz = 20000;
const seconds = 2;
const promptFolder = '/usr/share/asterisk/sounds/en_US_f_Allison';
const sampleFolder = '/usr/share/sonic-pi/samples';
const soundfontPath = '/usr/share/sounds/sf2/FluidR3_GM.sf2';

/** A word at the middle of prompts said one after the other; its middle in seconds from their beginning. */
const speech = [
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
];

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

await main();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-clips-'));
  const clips: BundledClip[] = [];
  try {
    for (const clip of speech) clips.push(await makeSpeech(clip, folder));
    for (const piece of composedPieces) clips.push(await makePiece(piece, folder));
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
