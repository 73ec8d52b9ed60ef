/**
 * The test projects.
 *
 * unit     pure code, in Node.
 * simulation  the pure engine under a seeded simulator: clock, crashes, lost and doubled messages; `SEED=123` runs one seed.
 * workerd  what needs the runtime: stores, objects, Workers; each file has storage of its own.
 * e2e      the whole platform over HTTP, started on free ports with a state folder of its own.
 * browser  the pages, in Chromium, against the same platform.
 *
 * `npm test` runs them in this order; one alone: `vitest run --project unit test/unit/engine`.
 */
import { fileURLToPath } from 'node:url';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { realApplications } from './test/cases/real-applications.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', root, include: ['test/unit/**/*.test.ts'], environment: 'node', testTimeout: 60_000 } },
      { test: { name: 'simulation', root, include: ['test/simulation/**/*.test.ts'], environment: 'node' } },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './test/workerd/wrangler.toml' },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations(`${root}migrations/region`),
                TEST_ROUTER_MIGRATIONS: await readD1Migrations(`${root}migrations/router`),
                CASES: realApplications(root),
              },
            },
          })),
        ],
        test: { name: 'workerd', root, include: ['test/workerd/**/*.test.ts'], globalSetup: ['./test/peers/start.ts'], testTimeout: 30_000 },
      },
      {
        test: { name: 'e2e', root, include: ['test/e2e/**/*.test.ts'], environment: 'node', fileParallelism: false, testTimeout: 60_000, hookTimeout: 180_000 },
      },
      {
        test: {
          name: 'browser',
          root,
          include: ['test/browser/**/*.test.ts'],
          environment: 'node',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
