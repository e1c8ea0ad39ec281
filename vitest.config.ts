import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores on the machines that run this; whole-process tests start programs of their own.
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
