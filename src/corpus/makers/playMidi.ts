import { resampleSound } from '../../../stimuli/resample.ts';
import { InputError } from '../../base/inputError.ts';
import { corpusRateHz } from '../format/corpusFormat.ts';
import { programOutput } from './programs.ts';

// Rendered at twice the corpus's rate, so that one short filter halves it.
const renderHz = 2 * corpusRateHz;
const bytesPerFrame = 4;

/**
 * Plays a MIDI file with FluidSynth, up to a time.
 *
 * @param midi - The file.
 * @param soundfont - Path of the instruments.
 * @param seconds - Where to stop, after the first half second, which is left out: counts and attacks of the first chord
 *   are the same in all pieces of an arranger.
 * @returns Mean of both channels at the corpus's rate; shorter when the piece is.
 * @throws InputError when there is nothing to play.
 */
export async function playMidi(midi: string, soundfont: string, seconds: number): Promise<Float32Array> {
  const [from, to] = [renderHz / 2, renderHz / 2 + seconds * renderHz];
  const settings = `-ni -q -g 0.5 -r ${renderHz} -T raw -O s16 -E little -F /dev/stdout`.split(' ');
  const bytes = await programOutput('fluidsynth', [...settings, soundfont, midi], bytesPerFrame * to);
  if (bytes.length === 0)
    throw new InputError(
      `${midi} must be a MIDI file with notes, FluidSynth plays nothing of it; leave it out`,
    );
  const frames = Math.floor(bytes.length / bytesPerFrame);
  const mean = new Float32Array(Math.max(0, frames - from));
  for (let i = 0; i < mean.length; i++) {
    const at = bytesPerFrame * (from + i);
    mean[i] = (bytes.readInt16LE(at) + bytes.readInt16LE(at + 2)) / 2 / 32768;
  }
  return resampleSound(mean, renderHz, corpusRateHz);
}
