import { remembered } from '../src/base/remembered.ts';
import type { BankPlan } from './decimatedBank.ts';
import type { SparseMap } from './sparseMap.ts';

/**
 * How the frames of all channels, [channels, frames], are made of what groups give, each [bands, frames it reaches,
 * segments, channels], one after the other: a frame is what its own segment gives it and what the next one does, where
 * that reaches back to it.
 */
export const frameMap: (bank: BankPlan) => SparseMap = remembered((bank) => {
  const { segments, framesPerSegment, overlap, leadingFrames, frames, channels, groups } = bank;
  const isSegmented = framesPerSegment !== undefined;
  const [parts, perPart, before, leading] = isSegmented
    ? [segments, framesPerSegment, overlap, leadingFrames]
    : [1, frames, 0, 0];
  const reached = perPart + before;
  const bands = groups.flatMap((group) => new Array<number>(group.bands).fill(group.channels));
  const all = bands.reduce((sum, each) => sum + each, 0);
  const inputs = reached * parts * all;
  const terms = isSegmented ? 2 : 1;
  const places = new Int32Array(channels * frames * terms).fill(inputs);
  let [channel, start] = [channels - all, 0];
  for (const perBand of bands) {
    for (let i = 0; i < perBand; i++, channel++)
      for (let frame = 0; channel >= 0 && frame < frames; frame++) {
        const own = Math.floor((frame - leading) / perPart);
        for (let term = 0; term < terms; term++) {
          const part = own + term;
          const row = before + frame - leading - part * perPart;
          if (part >= 0 && part < parts && row >= 0)
            places[(channel * frames + frame) * terms + term] = start + (row * parts + part) * perBand + i;
        }
      }
    start += reached * parts * perBand;
  }
  return { inputs, terms, places };
});
