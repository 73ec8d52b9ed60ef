/** Second half of `npm test`: runs the suites one after the other, under the pinned Node, says what failed, and adds up. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { buildDashboard, buildWorkers } from './build.mjs';
import { failuresOf } from './failures.mjs';
import { ROOT } from './install.mjs';

const RESULTS = join(ROOT, 'test-results');
const say = (line) => console.log(line);

const SUITES = [
  { name: 'unit', args: ['--project', 'unit'] },
  { name: 'simulation', args: ['--project', 'simulation'] },
  { name: 'workerd', args: ['--project', 'workerd'] },
  { name: 'dashboard', args: ['--root', 'dashboard'], present: () => ['ts', 'mts'].some((end) => existsSync(join(ROOT, 'dashboard', `vitest.config.${end}`))) },
  { name: 'e2e', args: ['--project', 'e2e'], built: true },
  { name: 'browser', args: ['--project', 'browser'], built: true, browser: true },
];

async function main() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) throw new Error(`There is no suite ${unknown.join(', ')}. Suites: ${SUITES.map((suite) => suite.name).join(', ')}.`);
  const suites = SUITES.filter((suite) => (wanted.length === 0 || wanted.includes(suite.name)) && (suite.present?.() ?? true));
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });

  const browser = suites.some((suite) => suite.browser) ? findBrowser(say) : undefined;
  // Beside the suites that need no build: much of it goes on one core.
  const built = suites.some((suite) => suite.built) ? build() : undefined;
  built?.catch(() => {});

  const lines = [];
  const failures = [];
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites) {
    if (suite.built) await built;
    const missing = suite.browser && !browser;
    say(missing ? `\n${suite.name}: skipped, for there is no Chrome or Chromium here. Install one, or name it in CHROME_PATH.` : `\n${suite.name}`);
    const counts = missing ? { passed: 0, failed: 0, skipped: await count(suite) } : await run(suite, browser);
    failures.push(...(counts.failures ?? []));
    for (const key of Object.keys(total)) total[key] += counts[key];
    lines.push(`${suite.name.padEnd(10)} ${sentence(counts)}${missing ? ' (no browser)' : ''}`);
  }
  // Of a long run the end is what is read, and kept.
  say(['', ...failures, ...lines, sentence(total)].join('\n'));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

/** The pages first, for they are part of the Workers. */
async function build() {
  await buildDashboard(say);
  await buildWorkers(say);
}

async function run(suite, browser) {
  const report = join(RESULTS, `${suite.name}.json`);
  const args = ['run', ...suite.args, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await vitest(args, {
    stdio: ['inherit', 'pipe', 'inherit'],
    onOutput: withoutPlannedEnds(),
    env: { ...process.env, ...(browser ? { CHROME_PATH: browser } : {}) },
  });
  const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const failed = result.numFailedTests ?? 0;
  return {
    passed: result.numPassedTests ?? 0,
    // A file that does not even load fails without a test having failed.
    failed: code !== 0 ? Math.max(failed, 1) : failed,
    skipped: (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0),
    failures: failuresOf(result, ROOT),
  };
}

/** How many tests a suite has, without running them. */
async function count(suite) {
  let output = '';
  await vitest(['list', ...suite.args, '--json', '--passWithNoTests'], { stdio: ['ignore', 'pipe', 'ignore'], onOutput: (text) => (output += text) });
  try {
    return JSON.parse(output.slice(output.indexOf('['))).length;
  } catch {
    return 1;
  }
}

const PLANNED_END = /the runtime ends here/;

/** The recovery tests end the runtime under hundreds of objects; the runtime remarks on each of them. */
function withoutPlannedEnds() {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    const shown = lines.filter((line, index) => !PLANNED_END.test(line) && !(line.startsWith('stack: ') && PLANNED_END.test(lines[index - 1] ?? '')));
    if (shown.length > 0) process.stdout.write(`${shown.join('\n')}\n`);
  };
}

function vitest(args, { onOutput, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), ...args], { cwd: ROOT, ...options });
    child.stdout?.on('data', (chunk) => onOutput?.(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
