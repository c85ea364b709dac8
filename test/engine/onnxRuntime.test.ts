import { expect, test } from 'vitest';
import { whyNotLoaded } from '../../src/engine/onnxRuntime.ts';

const error = new Error('cannot open shared object file\nand more');

test.each([
  [
    'darwin',
    'x64',
    /^a binary of ONNX Runtime, which its package does not have for Macs with Intel processors;/,
  ],
  ['darwin', 'arm64', /\(cannot open shared object file\); install it again$/],
  ['linux', 'x64', /\(cannot open shared object file\); install it again$/],
] as const)('whyNotLoaded(%s, %s) is one sentence', (platform, arch, sentence) => {
  expect(whyNotLoaded({ platform, arch }, error)).toMatch(sentence);
});
