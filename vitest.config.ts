import { defineConfig } from 'vitest/config';
import { hangMs } from './test/hang.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.env['METAMER_SLOW'] ? [] : ['test/**/*.slow.test.ts'],
    testTimeout: 4 * hangMs,
    hookTimeout: 4 * hangMs,
    expect: { poll: { timeout: hangMs } },
    pool: 'forks',
    // Two cores are what the suite is made for; one of them would be the default there.
    maxWorkers: 2,
  },
});
