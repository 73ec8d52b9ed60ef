/** `regions` of a document: what it comes to, what is said of nonsense, and which rule holds for whom. */
import { describe, expect, it } from 'vitest';
import { type ResidencyRule, regionOfName } from '#contracts/residency';
import { compile } from '#language/compile';
import { goesEverywhere, mayLeaveFor, ruleFor } from '#language/residency';
import { modules, steps } from './catalog.ts';

const rest = `
pipelines:
  one:
    trigger: { type: manual }
    steps: [{ name: note, type: step.set, config: { values: { a: 1 } } }]
`;
const REGIONS = ['eu', 'us'];
const compiled = (section: string, regions: string[] | null = REGIONS) =>
  compile(`name: desk\nregions:\n${section}${rest}`, { steps, modules }, { ...(regions ? { regions } : {}) });
const said = async (section: string) => (await compiled(section)).diagnostics.map(({ code, severity, path }) => `${severity} ${code} ${path}`);
const rules = async (section: string) => (await compiled(`  data_residency:\n${section}`)).definition?.residency ?? [];

/** As the product document has it. */
const PRODUCT = `
  us-east-1:
    role: primary
    services: [api, worker, scheduler]
    databases: { event_store: rds-us-east-1, state_store: rds-us-east-1 }
    brokers: { events: msk-us-east-1 }
  eu-west-1:
    role: secondary
    services: [api, worker]
  data_residency:
    eu_tenants:
      match: { tenant.region: "EU" }
      primary_region: eu-west-1
      replication: none
    us_tenants:
      match: { tenant.region: "US" }
      primary_region: us-east-1
      replication: none
    global_tenants:
      match: { tenant.region: "global" }
      primary_region: us-east-1
      replication: cross-region
`;

it.each([
  ['eu', 'eu'],
  [' EU ', 'eu'],
  ['eu-west-1', 'eu'],
  ['US-EAST-1', 'us'],
  ['ap-southeast-2', 'ap'],
  ['europe-west1', undefined],
  ['us-gov-west-1', undefined],
  ['../eu', undefined],
  ['', undefined],
])('%j names the region %s', (text, region) => {
  expect(regionOfName(text)).toBe(region);
});

describe('the block of the product document', () => {
  it('comes to rules', async () => {
    expect((await compiled(PRODUCT)).definition?.residency).toEqual([
      { name: 'eu_tenants', match: { fields: [{ path: 'tenant.region', values: ['eu'] }] }, region: 'eu', replication: 'none' },
      { name: 'us_tenants', match: { fields: [{ path: 'tenant.region', values: ['us'] }] }, region: 'us', replication: 'none' },
      { name: 'global_tenants', match: { fields: [{ path: 'tenant.region', values: ['global'] }] }, region: 'us', replication: 'cross-region' },
    ]);
  });

  it('is told what has no effect, and what does it here', async () => {
    expect(await said(PRODUCT)).toEqual([
      'warning no_effect_here regions.us-east-1.role',
      'warning no_effect_here regions.us-east-1.services',
      'warning no_effect_here regions.us-east-1.databases',
      'warning no_effect_here regions.us-east-1.brokers',
      'warning no_effect_here regions.eu-west-1.role',
      'warning no_effect_here regions.eu-west-1.services',
      'warning no_effect_here regions.data_residency.global_tenants.match.tenant.region',
    ]);
  });

  it('keeps its definition where each tenant is', async () => {
    const { definition } = await compiled(PRODUCT);
    const european = { slug: 'a', region: 'eu' };
    expect(ruleFor(definition!.residency!, {}, european, 0)?.name).toBe('eu_tenants');
    expect(ruleFor(definition!.residency!, {}, { slug: 'a', region: 'ap' }, 0)).toBeUndefined();
    expect([mayLeaveFor(definition!.residency!, european, 'eu'), mayLeaveFor(definition!.residency!, european, 'us')]).toEqual([true, false]);
    expect(goesEverywhere(definition!.residency!, european)).toBe(false);
  });
});

describe('what is said of', () => {
  it.each([
    ['a region that there is not', '  data_residency: { a: { primary_region: sa-east-1 } }', 'error unknown_region regions.data_residency.a.primary_region'],
    ['what is no region', '  data_residency: { a: { primary_region: "the moon" } }', 'error invalid_value regions.data_residency.a.primary_region'],
    ['a rule without a region', '  data_residency: { a: { match: {} } }', 'error missing_key regions.data_residency.a.primary_region'],
    ['a rule that is none', '  data_residency: { a: eu }', 'error invalid_type regions.data_residency.a'],
    ['an unknown key of a rule', '  data_residency: { a: { primary_region: eu, replicaton: none } }', 'error unknown_key regions.data_residency.a.replicaton'],
    ['an unknown replication', '  data_residency: { a: { primary_region: eu, replication: all } }', 'error invalid_value regions.data_residency.a.replication'],
    [
      'a value that is none',
      '  data_residency: { a: { match: { country: { in: EU } }, primary_region: eu } }',
      'error invalid_type regions.data_residency.a.match.country',
    ],
    ['a condition that asks nothing', '  data_residency: { a: { match: 5, primary_region: eu } }', 'error invalid_type regions.data_residency.a.match'],
    ['no values', '  data_residency: { a: { match: { country: [] }, primary_region: eu } }', 'error invalid_type regions.data_residency.a.match.country'],
    [
      'what nobody knows of a company',
      '  data_residency: { a: { match: { tenant.plan: team }, primary_region: eu } }',
      'error invalid_path regions.data_residency.a.match.tenant.plan',
    ],
    [
      'a condition with a slip',
      '  data_residency: { a: { match: "country ==", primary_region: eu } }',
      'error expression_syntax regions.data_residency.a.match',
    ],
    [
      'a rule behind one for all',
      '  data_residency: { a: { primary_region: eu }, b: { primary_region: us } }',
      'warning no_effect_here regions.data_residency.b',
    ],
    ['an unknown key of a region', '  eu: { rol: primary }', 'error unknown_key regions.eu.rol'],
    ['an unknown role', '  eu: { role: mirror }', 'error invalid_value regions.eu.role'],
    ['services that are no list', '  eu: { services: api }', 'error invalid_type regions.eu.services'],
    ['databases that are no names', '  eu: { databases: { a: [1] } }', 'error invalid_type regions.eu.databases.a'],
    ['a region that is written, and not there', '  sa: {}', 'warning no_effect_here regions.sa'],
    ['what cannot be the name of one', '  the-moon: {}', 'error invalid_name regions.the-moon'],
  ])('%s', async (_, section, expected) => {
    expect(await said(`${section}\n`)).toContain(expected);
  });

  it('a region, nothing where nobody knows which there are', async () => {
    expect((await compiled('  sa: {}\n  data_residency: { a: { primary_region: sa-east-1 } }\n', null)).definition?.residency?.[0]?.region).toBe('sa');
  });
});

describe('the rule that holds', () => {
  const tenant = { slug: 'acme', region: 'us' };
  const holds = (found: ResidencyRule[], context: object) => ruleFor(found, context as never, tenant, 0)?.name;

  it('is the first whose fields have their values, compared as text', async () => {
    const found = await rules(`
    swiss: { match: { country: [CH, LI], vip: true }, primary_region: eu }
    numbered: { match: { trigger.body.zone: 7 }, primary_region: eu }
    rest: { primary_region: us }
`);
    expect(holds(found, { country: 'CH', vip: true })).toBe('swiss');
    expect(holds(found, { country: 'CH', vip: 'true' })).toBe('swiss');
    expect(holds(found, { country: 'CH' })).toBe('rest');
    expect(holds(found, { country: ['CH'], vip: true })).toBe('rest');
    expect(holds(found, { trigger: { body: { zone: '7' } } })).toBe('numbered');
    expect(holds(found, {})).toBe('rest');
  });

  it('may be a condition', async () => {
    const found = await rules('    europe: { match: \'country in ["CH", "DE"] and tenant.slug == "acme"\', primary_region: eu }\n');
    expect([holds(found, { country: 'DE' }), holds(found, { country: 'US' }), holds(found, {})]).toEqual(['europe', undefined, undefined]);
  });

  it('asks the platform who the company is, whatever a request says', async () => {
    const found = await rules('    own: { match: { tenant.region: eu }, primary_region: eu }\n');
    expect(holds(found, { tenant: { region: 'eu' } })).toBeUndefined();
  });
});

describe('what may leave', () => {
  const tenant = { slug: 'acme', region: 'us' };
  const leaves = async (section: string) => {
    const found = await rules(section);
    return ['us', 'eu', 'ap'].map((region) => mayLeaveFor(found, tenant, region));
  };

  it.each([
    ['nothing said', '    a: { match: { country: CH }, primary_region: eu }\n', [undefined, true, undefined]],
    ['none', '    a: { match: { country: CH }, primary_region: eu, replication: none }\n', [false, true, false]],
    [
      'none, and another rule',
      '    a: { match: { country: CH }, primary_region: eu, replication: none }\n    b: { primary_region: us }\n',
      [true, true, false],
    ],
    ['for all regions', '    a: { match: { country: CH }, primary_region: eu, replication: cross-region }\n', [true, true, true]],
    ['a rule for other companies', '    a: { match: { tenant.slug: globex }, primary_region: eu, replication: none }\n', [undefined, undefined, undefined]],
    [
      'a rule behind one that holds for all of the company',
      '    a: { match: { tenant.region: us }, primary_region: us, replication: none }\n    b: { primary_region: eu, replication: cross-region }\n',
      [true, false, false],
    ],
  ])('%s', async (_, section, expected) => {
    expect(await leaves(section)).toEqual(expected);
  });
});
