/** `npm run region`: what is written into wrangler.toml. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addedText, addRegion, localPlacement, RegionError, regionsIn } from '../../../scripts/local/regions.mjs';

const config = readFileSync(join(import.meta.dirname, '../../../wrangler.toml'), 'utf8');

/** Everything of an environment, with its name left out. */
const partsOf = (toml: string, name: string) =>
  toml
    .slice(toml.indexOf(`[env.${name}]`))
    .split(/^# --- /m)[0]!
    .split('\n')
    .filter((line) => line !== '' && !/^(#|PLACEMENT|database_id|jurisdiction)/.test(line))
    .map((line) => line.replaceAll(`env.${name}`, 'env.X').replaceAll(`workflow-${name}`, 'workflow-X').replace(`"${name}"`, '"X"'));

it('knows the regions of the file', () => {
  expect(regionsIn(config)).toEqual([
    { name: 'us', placement: 'hint:enam' },
    { name: 'eu', placement: 'jurisdiction:eu' },
  ]);
  expect(localPlacement('jurisdiction:eu')).toBe('hint:weur');
  expect(localPlacement('hint:apac')).toBe('hint:apac');
});

it('gives no environment an address beside the routes of its domain', () => {
  const [top] = config.split(/^\[/m);
  expect(top).toContain('\nworkers_dev = false\npreview_urls = false\n');
  expect(config.match(/workers_dev|preview_urls/g)).toHaveLength(2);
});

describe('a region that is added', () => {
  const { toml, added, place } = addRegion(config, { name: 'ap' });

  it('has every binding of the others, under names of its own', () => {
    expect([added, place]).toEqual([true, 'hint:apac']);
    expect(partsOf(toml, 'ap')).toEqual(partsOf(toml, 'us'));
    expect(regionsIn(toml).at(-1)).toEqual({ name: 'ap', placement: 'hint:apac' });
    const ids = [...toml.matchAll(/database_id = "(.*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is known to the router, and leaves the rest as it was', () => {
    expect(toml).toContain('[[env.router.services]]\nbinding = "REGION_AP"\nservice = "workflow-ap"\n');
    const lines = new Set(toml.split('\n'));
    expect(config.split('\n').filter((line) => !lines.has(line))).toEqual([]);
    for (const name of ['us', 'eu']) expect(partsOf(toml, name)).toEqual(partsOf(config, name));
  });

  it('is shown as it would be written, whole, and nothing else with it', () => {
    const shown = addedText(config, toml);
    const [binding, block] = shown.split(/^(?=# --- region )/m) as [string, string];
    expect(binding.trim()).toBe('[[env.router.services]]\nbinding = "REGION_AP"\nservice = "workflow-ap"');
    expect(toml.trimEnd().endsWith(block)).toBe(true);
    expect(partsOf(block, 'ap')).toEqual(partsOf(toml, 'ap'));
    expect(addedText(toml, toml)).toBe('');
  });

  it('again changes nothing', () => {
    expect(addRegion(toml, { name: 'ap' })).toEqual({ toml, added: false, place: 'hint:apac' });
  });

  it('in a jurisdiction has its bucket there, and not where the one that it is like has it', () => {
    const abroad = addRegion(config, { name: 'gov', place: 'jurisdiction:fedramp', like: 'eu' }).toml;
    const own = abroad.slice(abroad.indexOf('[env.gov]'));
    expect(own).toContain('PLACEMENT = "jurisdiction:fedramp"');
    expect([...own.matchAll(/^jurisdiction = "(.*)"$/gm)].map((match) => match[1])).toEqual(['fedramp']);
    expect(addRegion(config, { name: 'oc', like: 'eu' }).toml.slice(config.length)).not.toContain('jurisdiction = ');
  });
});

it.each([
  [{ name: 'AP' }, 'not the name of a region'],
  [{ name: 'moon' }, 'Say where moon is'],
  [{ name: 'ap', place: 'apac' }, 'is not a place'],
  [{ name: 'ap', place: 'hint:mars' }, 'There is no hint mars'],
  [{ name: 'ap', place: 'jurisdiction:apac' }, 'There is no jurisdiction apac'],
  [{ name: 'ap', like: 'xx' }, 'There is no region xx'],
  [{ name: 'us', place: 'hint:apac' }, 'objects cannot be moved'],
  [{ name: 'router', place: 'hint:apac' }, 'an environment router that is not a region'],
])('%j is refused', (wanted, message) => {
  expect(() => addRegion(config, wanted)).toThrow(RegionError);
  expect(() => addRegion(config, wanted)).toThrow(message);
});
