import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readClipSound } from '../../listening-test/sound/clipSound.ts';
import { skipBrowser } from './chromium.ts';
import { fetchClip, hashOf, joinStudy, runTo } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { listen, press, toSound } from './personAtPage.ts';
import { serveStudy } from './serveStudy.ts';
import { short, studyPages } from './studyPages.ts';

const config = (clips: string) => ({ clips, screening: { headphones: 'off', level: false } }) as never;

test('clips as FLAC are the same samples as WAV, in fewer bytes, under their own type', async () => {
  const made = (clips: string) => makeStudy({ folder: temporaryFolder(), config: config(clips) });
  const [wav, flac] = [await made('wav'), await made('flac')];
  for (const [i, { id, sha256 }] of flac.answers.stimuli.entries()) {
    const [one, other] = [wav, flac].map(({ folder, study }) =>
      readClipSound(join(folder, 'clips', `${id}.${study.clips}`)),
    );
    expect(await other).toEqual(await one);
    expect(sha256).not.toBe(wav.answers.stimuli[i]!.sha256);
  }
  expect(readdirSync(join(flac.folder, 'clips')).filter((name) => name.endsWith('.wav'))).toHaveLength(1);
  const { base } = await serveStudy(flac.folder);
  const participant = await joinStudy(base);
  await runTo(base, participant, 'main');
  const { clip } = participant.state.trial!;
  const bytes = await fetchClip(base, participant);
  expect(hashOf(bytes)).toBe(clip.sha256);
  const response = await fetch(`${base}/api/session/clips/${clip.token}`, {
    headers: { authorization: `Bearer ${participant.token}` },
  });
  expect(response.headers.get('content-type')).toBe('audio/flac');
});

test('clips as Opus are refused, with the reason', async () => {
  const study = makeStudy({ folder: temporaryFolder(), config: config('opus') });
  await expect(study).rejects.toThrow(/clips must be wav or flac, got opus: it would change the sounds/);
});

describe.skipIf(skipBrowser)('FLAC in Chromium', () => {
  const pages = studyPages();

  test('a clip is decoded to its full length, and its play counts', async () => {
    const { page, site } = await pages.open(short({ clips: 'flac' }));
    await press(page, 'I agree and want to take part');
    await toSound(page, 'Almost done');
    await listen(page);
    const plays = await site.store.database.selectFrom('plays').selectAll().where('valid', '=', 1).execute();
    expect(JSON.parse(plays[0]!.report).bufferSeconds).toBeCloseTo(0.3, 3);
  });
});
