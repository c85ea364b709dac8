import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLabels } from '../../../src/cli/flags/readLabels.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

test('readLabels takes a label a line, without blanks around it; a file that is not there is named', () => {
  const path = join(temporaryFolder(), 'words.txt');
  expect(() => readLabels(path)).toThrow(`${path} must be a text file that can be read`);
  writeFileSync(path, 'no\r\n  yes \n\nmaybe not\n');
  expect(readLabels(path)).toEqual(['no', 'yes', 'maybe not']);
});
