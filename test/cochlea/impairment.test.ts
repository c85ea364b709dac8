import { expect, test } from 'vitest';
import { erbNumber } from '../../cochlea/erb.ts';
import { createExactCochleagram } from '../../cochlea/exactCochleagram.ts';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { halfCosineFilterbank } from '../../cochlea/halfCosineFilterbank.ts';
import { normalThresholdDbSpl } from '../../cochlea/hearingThreshold.ts';
import { type HearingImpairmentInput, hearingImpairment } from '../../cochlea/impairment.ts';
import { type CochleagramParameters, cochleagramParameters } from '../../cochlea/parameters.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { expectAllClose, relativeError } from '../expectAllClose.ts';
import { fastErrors } from './fastErrors.ts';
import { smallEar } from './smallEar.ts';

const small = { ...smallEar, overcomplete: 2 };
const samples = 4000;
const flat = (thresholdDbHl: number) => [{ frequencyHz: 1000, thresholdDbHl }];
const sloping = [
  { frequencyHz: 250, thresholdDbHl: 20 },
  { frequencyHz: 1000, thresholdDbHl: 35 },
  { frequencyHz: 4000, thresholdDbHl: 60 },
];

function earOf(impairment?: HearingImpairmentInput, more: Partial<CochleagramParameters> = {}) {
  const given = impairment ? { impairment: hearingImpairment(impairment) } : {};
  return createExactCochleagram({ ...small, ...more, ...given }, samples);
}

/** Channel whose center is nearest to a frequency, and that center, Hz. */
function channelAt(frequencyHz: number) {
  const centers = earOf().centerFrequenciesHz;
  const channel = centers.reduce(
    (best, hz, c) => (Math.abs(hz - frequencyHz) < Math.abs(centers[best]! - frequencyHz) ? c : best),
    0,
  );
  return { channel, centerHz: centers[channel]! };
}

/** Response, in the middle of the sound, of a channel to a tone at its center of a level in dB HL; RMS 0.1 is 65 dB SPL. */
function responseTo(levelDbHl: number, ear: ReturnType<typeof earOf>, frequencyHz: number): number {
  const { channel, centerHz } = channelAt(frequencyHz);
  const rms = 0.1 * 10 ** ((levelDbHl + normalThresholdDbSpl(centerHz) - 65) / 20);
  const tone = Float64Array.from(
    { length: samples },
    (_, n) => Math.SQRT2 * rms * Math.sin((2 * Math.PI * centerHz * n) / small.sampleRateHz),
  );
  return ear.analyze(tone)[channel * ear.frames + Math.floor(ear.frames / 2)]!;
}

test.each([
  [1000, 2.4],
  [4000, -5.4],
  [125, 22.1],
  [10, 78.5],
  [20000, 12.3],
  [Math.sqrt(1000 * 1250), (2.4 + 3.5) / 2],
])('normalThresholdDbSpl(%d) is %d (ISO 226:2003)', (frequencyHz, expected) => {
  expect(normalThresholdDbSpl(frequencyHz)).toBeCloseTo(expected, 9);
});

test.each([
  [20, 0],
  [50, 0],
  [50, 0.8],
  [50, 1],
  [80, 0.5],
])(
  'a tone at a threshold of %d dB HL is heard as one at the threshold of any other loss, share of outer hair cells %d',
  (loss, outerHairCellShare) => {
    for (const frequencyHz of [500, 1000, 2500]) {
      const { centerHz } = channelAt(frequencyHz);
      const ear = earOf({ audiogram: flat(loss), outerHairCellShare });
      // Envelope of a tone at normal threshold: half of its amplitude, by a filter of gain 1/√2.
      const normal = (0.1 * 10 ** ((normalThresholdDbSpl(centerHz) - 65) / 20) * Math.SQRT2) / 2 / Math.SQRT2;
      const noise = normal * Math.sqrt(1 - 10 ** (-loss / 10));
      const expected = (Math.sqrt(normal ** 2 + noise ** 2) - noise + 1e-8) ** 0.3;
      expect(responseTo(loss, ear, frequencyHz) / expected).toBeCloseTo(1, 2);
    }
  },
);

test.each([
  ['no loss', {}, 0.3],
  ['attenuation', { audiogram: flat(40) }, 0.3],
  ['half of 60 dB', { audiogram: flat(60), outerHairCellShare: 0.5 }, (0.3 * 105) / 75],
  ['0.8 of 50 dB', { audiogram: flat(50), outerHairCellShare: 0.8 }, (0.3 * 105) / 65],
  [
    'another end',
    { audiogram: flat(50), outerHairCellShare: 0.8, recruitmentEndDbHl: 100 },
    (0.3 * 100) / 60,
  ],
  ['hearing better than normal', { audiogram: flat(-15), outerHairCellShare: 1 }, 0.3],
  ['no more than there is', { audiogram: flat(75), outerHairCellShare: 1 }, 1],
  ['an exponent', { compressionExponent: 0.82 }, 0.82],
  [
    'an exponent by frequency',
    {
      compressionExponent: [
        { frequencyHz: 200, value: 0.5 },
        { frequencyHz: 900, value: 0.7 },
      ],
    },
    0.7,
  ],
])('the response grows with the exponent that is left: %s', (_, impairment, exponent) => {
  const ear = earOf({ ...impairment, name: 'x' });
  // Far above the threshold and below the end of recruitment, also after an attenuation of 1.5 dB.
  const [low, high] = [97, 103].map((level) => responseTo(level, ear, 1000));
  expect((20 * Math.log10(high! / low!)) / 6).toBeCloseTo(exponent, 2);
});

test('an ear with lost compression has caught up with a normal one at recruitmentEndDbHl, and stays with it', () => {
  const ears = [earOf(), earOf({ audiogram: flat(60), outerHairCellShare: 1, recruitmentEndDbHl: 90 })];
  for (const level of [90, 100]) {
    const [normal, impaired] = ears.map((ear) => responseTo(level, ear, 1000));
    expect(impaired! / normal!).toBeCloseTo(1, 2);
  }
  const [normal, impaired] = ears.map((ear) => responseTo(80, ear, 1000));
  // 10 dB below the end the expanded envelope is (90/30 − 1)·10 dB further down.
  expect(20 * Math.log10(impaired! / normal!)).toBeCloseTo(-0.3 * 20, 1);
});

test('far above threshold attenuation is that of the audiogram between its frequencies, straight over ERB-number', () => {
  const ears = [earOf(), earOf({ audiogram: sloping, levelDbSpl: 115 })];
  for (const [frequencyHz, from, to] of [
    [600, 0, 1],
    [2200, 1, 2],
  ] as const) {
    const { centerHz } = channelAt(frequencyHz);
    const [low, high] = [sloping[from], sloping[to]];
    const share =
      (erbNumber(centerHz) - erbNumber(low!.frequencyHz)) /
      (erbNumber(high!.frequencyHz) - erbNumber(low!.frequencyHz));
    const loss = low!.thresholdDbHl + share * (high!.thresholdDbHl - low!.thresholdDbHl);
    const [normal, impaired] = ears.map((ear) => responseTo(65, ear, frequencyHz));
    expect((-20 * Math.log10(impaired! / normal!)) / 0.3).toBeCloseTo(loss, 0);
  }
});

test('broadened filters have the asked equivalent rectangular bandwidth and the same gain at their center', () => {
  const transform = 160000;
  const broadening = [
    { frequencyHz: 500, value: 1 },
    { frequencyHz: 2000, value: 3 },
  ];
  const bankOf = (impairment: HearingImpairmentInput) =>
    halfCosineFilterbank(
      cochleagramParameters({ ...small, impairment: hearingImpairment(impairment) }),
      transform,
    );
  const banks = [bankOf({}), bankOf({ filterBroadening: 2 }), bankOf({ filterBroadening: broadening })];
  const camsOf = (bin: number) => erbNumber((bin * small.sampleRateHz) / transform);
  const measured = banks.map(({ filters }) =>
    filters.map(({ firstBin, weights }) => {
      const peak = Math.max(...weights);
      const area = weights.reduce(
        (sum, weight, i) => sum + weight ** 2 * (camsOf(firstBin + i + 1) - camsOf(firstBin + i)),
        0,
      );
      return { peak, erbCams: area / peak ** 2 };
    }),
  );
  expect(banks[1]!.centerFrequenciesHz).toEqual(banks[0]!.centerFrequenciesHz);
  for (const [c, centerHz] of banks[0]!.centerFrequenciesHz.entries()) {
    // Wider ones near the ends are cut off by 0 Hz or half the rate.
    if (centerHz < 450 || centerHz > 2300) continue;
    const [normal, twice, sloped] = measured.map((bank) => bank[c]!);
    const share = (erbNumber(centerHz) - erbNumber(500)) / (erbNumber(2000) - erbNumber(500));
    expect(twice!.erbCams / normal!.erbCams).toBeCloseTo(2, 2);
    expect(sloped!.erbCams / normal!.erbCams).toBeCloseTo(1 + 2 * Math.min(1, Math.max(0, share)), 2);
    for (const { peak } of [twice!, sloped!]) expect(peak / normal!.peak).toBeCloseTo(1, 4);
  }
});

const noise = (length: number, amplitude: number, seed: number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => amplitude * random.normal());
};

test.each([
  ['nothing said', {}],
  ['an audiogram of zeros', { audiogram: flat(0), outerHairCellShare: 0.8 }],
  ['filters as they are', { filterBroadening: 1 }],
  ['the exponent there is', { compressionExponent: 0.3 }],
])('an impairment without a loss changes no bit: %s', (_, impairment) => {
  const sound = noise(samples, 0.1, 1);
  expect(earOf({ ...impairment, name: 'x' }).analyze(sound)).toEqual(earOf().analyze(sound));
});

test('an ear that expands has no compression to lose: all of the loss is attenuation', () => {
  const ear = earOf({ audiogram: flat(50), outerHairCellShare: 1 }, { power: 1.2 });
  const [low, high] = [97, 103].map((level) => responseTo(level, ear, 1000));
  expect((20 * Math.log10(high! / low!)) / 6).toBeCloseTo(1.2, 2);
});

const impairments: [string, HearingImpairmentInput][] = [
  ['attenuation', { audiogram: sloping }],
  ['lost compression', { audiogram: sloping, outerHairCellShare: 0.8 }],
  ['an exponent alone', { compressionExponent: 0.9 }],
  ['caught up with', { audiogram: sloping, outerHairCellShare: 0.8, recruitmentEndDbHl: 60, levelDbSpl: 80 }],
  ['all of it', { audiogram: sloping, outerHairCellShare: 0.8, filterBroadening: 2.5 }],
];

test.each(impairments)(
  'the gradient of the exact impaired ear agrees with central differences: %s',
  (_, impairment) => {
    // Without the clipped slope, which is a rule of its own.
    const ear = earOf(impairment, { slopeClip: 1e12 });
    const sound = Float64Array.from(noise(samples, 0.1, 2));
    const cotangent = noise(ear.channels * ear.frames, 1, 3);
    const direction = noise(samples, 1, 4);
    const along = (shift: number) =>
      ear
        .analyze(sound.map((value, i) => value + shift * direction[i]!))
        .reduce((sum, value, i) => sum + value * cotangent[i]!, 0);
    const slope = ear.gradient(sound, cotangent).reduce((sum, value, i) => sum + value * direction[i]!, 0);
    const difference = (along(1e-6) - along(-1e-6)) / 2e-6;
    expect(Math.abs(difference / slope - 1)).toBeLessThan(1e-3);
  },
);

test.each(impairments)(
  'the fast impaired ear is as near to the exact one as the published ear is: %s',
  async (_, impairment) => {
    const errorsOf = (given?: HearingImpairmentInput) =>
      fastErrors(earOf(given).parameters, samples, { oversampling: Number.POSITIVE_INFINITY });
    const [published, impaired] = [await errorsOf(), await errorsOf(impairment)];
    expect(impaired.values).toBeLessThan(10 * published.values + 1e-6);
    expect(impaired.gradient).toBeLessThan(10 * published.gradient + 1e-5);
  },
);

test('the fast impaired ear at its default oversampling is within 3e-4 of the exact one on the published filters', async () => {
  const impairment = hearingImpairment({ audiogram: sloping, outerHairCellShare: 0.8, filterBroadening: 2 });
  const parameters = cochleagramParameters({ impairment });
  const sound = noise(20000, 0.1, 7);
  const fast = createFastCochleagram(parameters);
  const program = await compile(({ x }) => ({ values: fast(x) }), { x: { shape: [1, 20000] } });
  const { values } = await program.run({ x: sound });
  await program.release();
  const exact = createExactCochleagram(parameters, 20000).analyze(sound);
  expect(relativeError(values, exact)).toBeLessThan(3e-4);
  expectAllClose(Float64Array.of(Math.min(...values)), [Math.min(...exact)], { atol: 1e-4, rtol: 0 });
});

test.each<[object, string]>([
  [
    { phaseLockingHz: 1500 },
    'phaseLockingHz must be left out, got 1500; the networks here hear the envelopes of subbands alone',
  ],
  [{ outerHairCellShare: 0.8 }, 'outerHairCellShare must be given together with audiogram'],
  [
    { audiogram: flat(80), outerHairCellShare: 0.5, compressionExponent: 0.5 },
    'outerHairCellShare and compressionExponent must not be given together',
  ],
  [{ audiogram: [sloping[1], sloping[0]] }, 'frequencies of audiogram must ascend, got 250 Hz after 1000 Hz'],
  [
    {
      filterBroadening: [
        { frequencyHz: 500, value: 1 },
        { frequencyHz: 500, value: 2 },
      ],
    },
    'frequencies of filterBroadening must ascend, got 500 Hz after 500 Hz',
  ],
  [{ filterBroadening: 0.5 }, "field 'filterBroadening' must be ≥ 1, got 0.5"],
  [
    { filterBroadening: 'wide' },
    "field 'filterBroadening' must be a number 1 to 10, or an array of frequencyHz and value",
  ],
  [{ audiogram: flat(130) }, "field 'audiogram.0.thresholdDbHl' must be ≤ 120, got 130"],
  [{ broadening: 2 }, 'the whole must not hold broadening, which is unknown; known are name, audiogram'],
])('an impairment that cannot be is refused: %j', (given, message) => {
  expect(() => hearingImpairment(given, 'ear.json')).toThrow(`ear.json: ${message}`);
});

test.each<[string, (value: number) => object, number, number]>([
  ['audiogram', (thresholdDbHl) => ({ audiogram: flat(thresholdDbHl) }), -20, 120],
  ['outerHairCellShare', (outerHairCellShare) => ({ audiogram: flat(40), outerHairCellShare }), 0, 1],
  ['compressionExponent', (compressionExponent) => ({ compressionExponent }), 0.05, 1],
  ['filterBroadening', (filterBroadening) => ({ filterBroadening }), 1, 10],
  ['recruitmentEndDbHl', (recruitmentEndDbHl) => ({ recruitmentEndDbHl }), 60, 140],
  ['levelDbSpl', (levelDbSpl) => ({ levelDbSpl }), 0, 120],
])('%s is taken up to both its limits and refused beyond', (field, given, least, most) => {
  for (const limit of [least, most]) expect(hearingImpairment(given(limit))).toMatchObject(given(limit));
  for (const beyond of [least - 0.01, most + 0.01])
    expect(() => hearingImpairment(given(beyond))).toThrow(`field '${field}`);
});

test('an exponent may lose just as much as the audiogram has', () => {
  expect(() => earOf({ audiogram: flat(42), compressionExponent: 0.5 })).not.toThrow();
});

test.each<[HearingImpairmentInput, string]>([
  [{ audiogram: flat(40), compressionExponent: 0.8 }, 'compressionExponent of 0.8 at'],
  [{ compressionExponent: 0.2 }, 'compressionExponent must be ≥ 0.3, that of the ear it is lost in, got 0.2'],
])('compression that cannot be lost is refused by both ears: %j', (given, message) => {
  expect(() => earOf(given)).toThrow(message);
  const parameters = cochleagramParameters({ ...small, impairment: hearingImpairment(given) });
  expect(() => createFastCochleagram(parameters)).toThrow(message);
});
