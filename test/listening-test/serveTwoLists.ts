import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

const off = { headphones: 'off', level: false, demographics: false };

/** Serves a study of two lists whose main part begins almost at once. */
export async function serveTwoLists(config: object, options: Parameters<typeof serveStudy>[1] = {}) {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    words: ['after', 'before'],
    stages: ['relu0'],
    practice: 0,
    catches: 0,
    config: { screening: off, ...config } as never,
  });
  return serveStudy(folder, options);
}
