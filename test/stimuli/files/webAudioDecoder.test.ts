import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { bundledClipPath } from '../../../stimuli/bundledClips.ts';
import { decodeStream } from '../../../stimuli/files/webAudioDecoder.ts';

test("decodeStream's channels stay as they are when memory is collected and used again", async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const path = bundledClipPath('speech-no');
  const [first] = await decodeStream(readFileSync(path), path, 20000);
  const before = Float32Array.from(first!);
  const others: Float32Array[] = [];
  for (let i = 0; i < 20; i++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    others.push(new Float32Array(before.length).fill(i));
    others.push(...(await decodeStream(readFileSync(bundledClipPath('music-techno')), path, 20000)));
  }
  expect(first).toEqual(before);
});
