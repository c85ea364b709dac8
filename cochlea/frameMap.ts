import { remembered } from '../src/base/remembered.ts';
import type { BankPlan } from './decimatedBank.ts';
import type { SparseMap } from './sparseMap.ts';

/**
 * How the frames of all channels, [channels, frames], are made of what groups give, each [blocks, frames it reaches,
 * segments, channels], one after the other: a frame is what all blocks of its band give it in its own segment and, where
 * that reaches back to it, in the next one.
 */
export const frameMap: (bank: BankPlan) => SparseMap = remembered((bank) => {
  const { channels, frames, groups } = bank;
  const rows = frameRows(bank);
  const bands = groups.flatMap((group) => group.parts.map((parts) => ({ parts, perBand: group.channels })));
  const inputs = bands.reduce((sum, { parts, perBand }) => sum + parts * perBand * rows.count, 0);
  const terms = rows.most * Math.max(...bands.map(({ parts }) => parts));
  const places = new Int32Array(channels * frames * terms).fill(inputs);
  let channel = channels - bands.reduce((sum, { perBand }) => sum + perBand, 0);
  let start = 0;
  for (const { parts, perBand } of bands) {
    for (let i = 0; i < perBand; i++, channel++)
      for (let frame = 0; channel >= 0 && frame < frames; frame++) {
        let term = (channel * frames + frame) * terms;
        for (const row of rows.ofFrames[frame]!)
          for (let part = 0; part < parts; part++)
            places[term++] = start + (part * rows.count + row) * perBand + i;
      }
    start += parts * perBand * rows.count;
  }
  return { inputs, terms, places };
});

/** Rows of channels that blocks give, [frames it reaches, segments] of them, and of which of them frames are sums. */
function frameRows({ segments, framesPerSegment, overlap, leadingFrames, frames }: BankPlan) {
  const all = Array.from({ length: frames }, (_, frame) => frame);
  if (framesPerSegment === undefined)
    return { count: frames, most: 1, ofFrames: all.map((frame) => [frame]) };
  const of = (frame: number) => {
    const own = Math.floor((frame - leadingFrames) / framesPerSegment);
    return [own, own + 1]
      .filter((segment) => segment >= 0 && segment < segments)
      .map((segment) => ({ segment, row: overlap + frame - leadingFrames - segment * framesPerSegment }))
      .filter(({ row }) => row >= 0)
      .map(({ segment, row }) => row * segments + segment);
  };
  return { count: (framesPerSegment + overlap) * segments, most: 2, ofFrames: all.map(of) };
}
