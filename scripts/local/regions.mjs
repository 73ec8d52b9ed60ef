/**
 * The regions of a `wrangler.toml`: which there are, and how one is added.
 *
 * Invariants
 * 1. A region is its environment and its binding in the router, nothing else: what deploys, starts and tests the platform
 *    reads both from the file.
 * 2. Adding is pure: text in, text out. A region that is there already changes nothing.
 * 3. A new region is the block of another one under other names, so that it has every binding that the others have.
 */

/** Location hints of Durable Objects. */
const HINTS = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'];
const JURISDICTIONS = ['eu', 'fedramp'];
/** Where a region of this name is meant to be. */
const USUAL = { eu: 'jurisdiction:eu', us: 'hint:enam', ap: 'hint:apac', oc: 'hint:oc', af: 'hint:afr', me: 'hint:me', sa: 'hint:sam' };

const NAME = /^[a-z][a-z0-9]{1,15}$/;
const HEADER = /^# --- region ([a-z0-9]+) -+$/gm;
/** Near each jurisdiction, for a runtime that knows none. */
const NEAR = { eu: 'hint:weur', fedramp: 'hint:enam' };

/** What is wrong with what was asked; for people. */
export class RegionError extends Error {}

/** `{name, placement}` of each region, in the order of the file. */
export function regionsIn(toml) {
  return [...toml.matchAll(/^\[env\.([a-z0-9]+)\.vars\]\n(?:[^[]*\n)?REGION = "\1"$/gm)].map(([, name]) => ({ name, placement: placementIn(toml, name) }));
}

/** As the local runtime can have it: there are no jurisdictions. */
export function localPlacement(placement) {
  const [kind, place] = placement.split(':');
  return kind === 'jurisdiction' ? NEAR[place] : placement;
}

/**
 * @param {string} toml
 * @param {{name: string, place?: string, like?: string}} wanted
 * @returns {{toml: string, added: boolean, place: string}} `added: false`: it was there.
 */
export function addRegion(toml, { name, place = USUAL[name], like = 'us' }) {
  if (!NAME.test(name ?? ''))
    throw new RegionError(`"${name ?? ''}" is not the name of a region: two to sixteen lower case letters and digits, a letter first.`);
  const known = regionsIn(toml);
  const same = known.find((region) => region.name === name);
  if (same) {
    if (place !== undefined && place !== same.placement && USUAL[name] !== place)
      throw new RegionError(`The region ${name} is there, at ${same.placement}; objects cannot be moved to ${place}.`);
    return { toml: bound(toml, name), added: !isBound(toml, name), place: same.placement };
  }
  if (new RegExp(`^\\[env\\.${name}\\]`, 'm').test(toml)) throw new RegionError(`wrangler.toml has an environment ${name} that is not a region.`);
  if (place === undefined) throw new RegionError(`Say where ${name} is: --place hint:${HINTS.join('|')}, or --place jurisdiction:${JURISDICTIONS.join('|')}.`);
  checkPlace(place);
  if (!known.some((region) => region.name === like))
    throw new RegionError(`There is no region ${like} to be like; there are ${known.map((region) => region.name).join(', ')}.`);
  const block = blockOf(toml, like);
  return { toml: bound(`${toml.trimEnd()}\n\n${renamed(block, like, name, place, nextDatabase(toml))}\n`, name), added: true, place };
}

/** What adding has put into the text, line by line; nothing else of it has changed. */
export function addedText(before, after) {
  const known = before.trimEnd().split('\n');
  const added = [];
  for (const line of after.split('\n')) {
    if (line === known[0]) known.shift();
    else added.push(line);
  }
  return added
    .join('\n')
    .trim()
    .replace(/\n{3,}/g, '\n\n');
}

function checkPlace(place) {
  const [kind, where, ...more] = place.split(':');
  const allowed = { hint: HINTS, jurisdiction: JURISDICTIONS }[kind];
  if (!allowed || more.length > 0) throw new RegionError(`"${place}" is not a place: write hint:… (a wish) or jurisdiction:… (a promise of the platform).`);
  if (!allowed.includes(where)) throw new RegionError(`There is no ${kind} ${where}; there are ${allowed.join(', ')}.`);
}

function placementIn(toml, name) {
  const vars = toml.slice(toml.indexOf(`[env.${name}.vars]`) + 1);
  return /^PLACEMENT = "([^"]+)"$/m.exec(vars.slice(0, vars.indexOf('\n[')))?.[1] ?? '';
}

/** From its header to the next one. */
function blockOf(toml, name) {
  const headers = [...toml.matchAll(HEADER)];
  const at = headers.findIndex((match) => match[1] === name);
  if (at < 0) throw new RegionError(`The part of ${name} in wrangler.toml does not begin with "# --- region ${name} ---".`);
  return toml.slice(headers[at].index, headers[at + 1]?.index).trimEnd();
}

function renamed(block, from, to, place, databaseId) {
  const [kind, where] = place.split(':');
  const why = kind === 'jurisdiction' ? 'a jurisdiction, which the platform guarantees' : 'a location hint; where data has to stay by law, take a jurisdiction';
  const lines = block
    .replaceAll(`env.${from}`, `env.${to}`)
    .replaceAll(`workflow-${from}`, `workflow-${to}`)
    .replace(/^# --- region .*$/m, `# --- region ${to} ${'-'.repeat(86)}`)
    .replace(`REGION = "${from}"`, `REGION = "${to}"`)
    .replace(/^# Where objects are created:.*\nPLACEMENT = .*$/m, `# Where objects are created: ${why}.\nPLACEMENT = "${place}"`)
    .replace(/^database_id = .*$/m, `database_id = "${databaseId}"`)
    .split('\n')
    .filter((line) => !/^jurisdiction = /.test(line));
  if (kind !== 'jurisdiction') return lines.join('\n');
  return lines.flatMap((line) => (line.startsWith('bucket_name = ') ? [line, `jurisdiction = "${where}"`] : [line])).join('\n');
}

/** Stands there until the account's own id takes its place. */
function nextDatabase(toml) {
  const used = [...toml.matchAll(/database_id = "00000000-0000-0000-0000-(\d{12})"/g)].map((match) => Number(match[1]));
  return `00000000-0000-0000-0000-${String(Math.max(10, ...used) + 1).padStart(12, '0')}`;
}

function isBound(toml, name) {
  return toml.includes(`binding = "${bindingOf(name)}"`);
}

/** The router knows the region by the name of its binding. */
function bound(toml, name) {
  if (isBound(toml, name)) return toml;
  const services = [...toml.matchAll(/^\[\[env\.router\.services\]\]\nbinding = "REGION_\w+"\nservice = "[\w-]+"\n/gm)];
  const last = services.at(-1);
  if (!last) throw new RegionError('The router has no services in wrangler.toml, so there is no place for the binding of a region.');
  const end = last.index + last[0].length;
  return `${toml.slice(0, end)}\n[[env.router.services]]\nbinding = "${bindingOf(name)}"\nservice = "workflow-${name}"\n${toml.slice(end)}`;
}

function bindingOf(name) {
  return `REGION_${name.toUpperCase()}`;
}
