import type { Piece } from '../../stimuli/clips/composedPieces.ts';

const ticksPerBeat = 480;

/**
 * A piece as a standard MIDI file, format 0.
 *
 * @param piece - What to write.
 * @param bars - How many bars; the tracks' patterns repeat.
 * @returns The file's bytes.
 */
export function midiFileOf(piece: Piece, bars: number): Uint8Array {
  const events: { tick: number; bytes: number[] }[] = [];
  for (const [index, track] of piece.tracks.entries()) {
    const channel = track.isDrums ? 9 : index;
    if (!track.isDrums) events.push({ tick: 0, bytes: [0xc0 | channel, track.program] });
    for (let bar = 0; bar < bars; bar++)
      for (const { start, length, pitch, velocity } of notesOf(track.bars[bar % track.bars.length]!)) {
        const tick = Math.round((bar * piece.beatsPerBar + start) * ticksPerBeat);
        events.push({ tick, bytes: [0x90 | channel, pitch, velocity] });
        events.push({ tick: tick + Math.round(length * ticksPerBeat), bytes: [0x80 | channel, pitch, 0] });
      }
  }
  // At one tick, notes end before others begin.
  events.sort((a, b) => a.tick - b.tick || a.bytes[0]! - b.bytes[0]!);
  const microsecondsPerBeat = Math.round(60e6 / piece.beatsPerMinute);
  const body = [0, 0xff, 0x51, 3, ...bigEndian(microsecondsPerBeat, 3)];
  let now = 0;
  for (const { tick, bytes } of events) {
    body.push(...variableLength(tick - now), ...bytes);
    now = tick;
  }
  body.push(0, 0xff, 0x2f, 0);
  const header = [...ascii('MThd'), ...bigEndian(6, 4), 0, 0, 0, 1, ...bigEndian(ticksPerBeat, 2)];
  return Uint8Array.from([...header, ...ascii('MTrk'), ...bigEndian(body.length, 4), ...body]);
}

/** The notes of a bar's text, as {@link Track} describes it. */
function notesOf(bar: string): { start: number; length: number; pitch: number; velocity: number }[] {
  return bar.split(' ').flatMap((group) => {
    const [beats, length, pitches, velocity] = group.split(':') as [string, string, string, string];
    return beats.split(',').flatMap((start) =>
      pitches.split('.').map((pitch) => ({
        start: Number(start),
        length: Number(length),
        pitch: Number(pitch),
        velocity: Number(velocity),
      })),
    );
  });
}

function bigEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => (value >> (8 * (bytes - 1 - i))) & 255);
}

function variableLength(value: number): number[] {
  const rest = value >> 7;
  return rest > 0 ? [...variableLength(rest).map((byte) => byte | 128), value & 127] : [value & 127];
}

function ascii(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}
