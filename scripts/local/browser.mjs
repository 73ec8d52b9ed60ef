/** Finds Chromium or Chrome for the browser tests; brings Debian's where that is possible. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium', '/snap/bin/chromium'];

/** Path of a browser: `CHROME_PATH`, an installed one, or one that apt-get brings when we are root. `undefined` when there is none. */
export function findBrowser(say) {
  const installed = installedBrowser();
  if (installed || process.env.CHROME_PATH) return installed;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !onPath('apt-get')) return undefined;
  say('Installing Chromium for the browser tests (apt-get) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ]) {
    const done = spawnSync('apt-get', args, { env, encoding: 'utf8' });
    if (done.status !== 0) {
      say(`apt-get ${args[0]} failed: ${done.stderr?.trim().split('\n').at(-1) ?? done.error?.message}`);
      return undefined;
    }
  }
  return installedBrowser();
}

function installedBrowser() {
  if (process.env.CHROME_PATH) return existsSync(process.env.CHROME_PATH) ? process.env.CHROME_PATH : undefined;
  return NAMES.map(onPath).find(Boolean) ?? PLACES.find((path) => existsSync(path));
}

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
