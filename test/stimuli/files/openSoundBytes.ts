import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSound } from '../../../stimuli/files/openSound.ts';
import type { SoundFile } from '../../../stimuli/files/soundFile.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

/** Opens bytes as a sound file of a name. */
export function openSoundBytes(bytes: Uint8Array, name: string): Promise<SoundFile> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return openSound(path);
}
