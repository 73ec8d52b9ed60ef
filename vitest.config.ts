/**
 * The test projects.
 *
 * unit     pure code, in Node.
 * simulation  the pure engine under a seeded simulator: clock, crashes, lost and doubled messages; `SEED=123` runs one seed.
 * workerd  what needs the runtime: stores, objects, Workers; each file has a runtime and storage of its own.
 * e2e      the whole platform over HTTP, started on free ports with a state folder of its own.
 * browser  the pages, in Chromium, on made-up data; two files against the same platform.
 *
 * `npm test` runs them in this order; one alone: `vitest run --project unit test/unit/engine`.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { realApplications } from './test/cases/real-applications.ts';
import { LongestFirst } from './test/longest-first.ts';
import { bundledTests } from './test/workerd/bundle.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Files side by side: on two cores two, for much of a test is waiting. */
const WORKERS = Math.max(2, availableParallelism() - 1);
/** A process takes file after file and loads what they share once: most of a small file's time went there. Spies and stubs end with their test. */
const ONE_PROCESS = { isolate: false, restoreMocks: true, unstubGlobals: true, unstubEnvs: true };
/** Heavy files, with a platform or a browser each; they run after the others where several suites are asked for. */
const TWO_AT_A_TIME = { maxWorkers: 2, sequence: { groupOrder: 1 } };
/** Platforms are waited for more than they compute. */
const THREE_AT_A_TIME = { maxWorkers: 3, sequence: { groupOrder: 2 } };

/** A runtime is waited for a third of the time: while it starts, and by its alarms. */
const THREE_RUNTIMES = { maxWorkers: Math.max(3, WORKERS), sequence: { groupOrder: 3 } };

export default defineConfig({
  test: {
    maxWorkers: WORKERS,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { name: 'unit', root, include: ['test/unit/**/*.test.ts'], environment: 'node', testTimeout: 60_000, ...ONE_PROCESS } },
      { test: { name: 'simulation', root, include: ['test/simulation/**/*.test.ts'], environment: 'node', ...ONE_PROCESS } },
      {
        plugins: [
          bundledTests(root),
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
        test: {
          name: 'workerd',
          root,
          include: ['test/workerd/**/*.test.ts'],
          globalSetup: ['./test/peers/start.ts'],
          // What is waited for comes in milliseconds; on a busy machine or a slow disk it may take long, and is no fault then.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { interval: 20, timeout: 60_000 } },
          ...THREE_RUNTIMES,
        },
      },
      {
        test: {
          name: 'e2e',
          root,
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['./test/peers/build.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          ...ONE_PROCESS,
          ...THREE_AT_A_TIME,
        },
      },
      {
        test: {
          name: 'browser',
          root,
          include: ['test/browser/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['./test/peers/build.ts'],
          // Several things that are waited for, each as long as it may take on a busy machine.
          testTimeout: 120_000,
          // As long as a locator waits.
          expect: { poll: { timeout: 30_000 } },
          hookTimeout: 180_000,
          ...ONE_PROCESS,
          ...TWO_AT_A_TIME,
        },
      },
    ],
  },
});
