import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Whole-process tests run the built command: it must be what the sources say.
    globalSetup: ['test/build.ts'],
    // Two cores on the machines that run this; whole-process tests start programs of their own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
