import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { moduleCatalog, modules } from '#modules/registry';
import { stepCatalog, steps } from '#steps/registry';
import { FORMS, SHOWS } from '../../steps/shows';

/** Settings with templates in them are checked once they are filled in; for the schema of an example a number will do. */
function filled(value: unknown): unknown {
  if (typeof value === 'string') return /^\{\{.*\}\}$/.test(value) ? 'filled' : value;
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item)]));
  return value;
}

describe.each([...steps.values()])('$type', (step) => {
  const example = parse(step.example) as { name: string; type: string; config: unknown };

  it('shows itself in an example that its own schema accepts', () => {
    expect(example.type).toBe(step.type);
    expect(step.config.safeParse(filled(example.config))).toMatchObject({ success: true });
  });

  it('describes every setting', () => {
    const schema = z.toJSONSchema(step.config, { io: 'input' }) as { properties: Record<string, { description?: string }> };
    for (const [name, property] of Object.entries(schema.properties)) expect(property.description, name).toBeTruthy();
  });

  it('names only settings that it has', () => {
    const schema = z.toJSONSchema(step.config, { io: 'input' }) as { properties: Record<string, unknown> };
    for (const name of [...(step.paths ?? []), ...(step.expressions ?? [])]) expect(Object.keys(schema.properties)).toContain(name);
  });

  it('refuses a setting that it does not have', () => {
    expect(step.config.safeParse({ ...(filled(example.config) as object), nonsense: 1 }).success).toBe(false);
  });
});

describe('each type is shown in a run', () => {
  it.each([...steps.keys()])('%s', (type) => {
    expect(SHOWS[type], 'Give it a place in test/steps: test/workerd/steps.test.ts runs it.').toBeDefined();
  });

  it('and no other', () => {
    for (const type of [...Object.keys(SHOWS), ...FORMS.map((show) => show.type)]) expect([...steps.keys()]).toContain(type);
  });

  it.each(Object.entries(SHOWS))('%s gives what its reference says', (type, { output, status }) => {
    const words = steps.get(type)!.output;
    // Where the shape is not one of fixed fields, the reference says so in words.
    if (status === 'failed' || !/^`?\{/.test(words) || typeof output !== 'object' || output === null || 'asymmetricMatch' in output) return;
    for (const field of Object.keys(output)) expect(words).toMatch(new RegExp(`\\b${field}\\b`));
  });
});

describe('traits', () => {
  it.each([
    ['step.request_parse', { pure: true, responds: false, idempotent: true }],
    ['step.json_response', { pure: true, responds: true, idempotent: true }],
    ['step.raw_response', { pure: true, responds: true, idempotent: true }],
    ['step.http_call', { pure: false, responds: false, idempotent: false }],
    ['step.db_query', { pure: false, responds: false, idempotent: true }],
    ['step.db_exec', { pure: false, responds: false, idempotent: false }],
    ['step.publish', { pure: false, responds: false, idempotent: false }],
    ['step.conditional', { kind: 'conditional', pure: true }],
  ])('%s', (type, traits) => {
    expect(stepCatalog.get(type)).toMatchObject(traits);
  });
});

describe.each([...modules.values()])('module $type', (module) => {
  it('shows itself in an example that its own schema accepts', () => {
    const example = parse(module.example) as { type: string; config: unknown };
    expect(example.type).toBe(module.type);
    expect(module.config.safeParse(example.config)).toMatchObject({ success: true });
  });
});

describe('settings of real documents', () => {
  it.each([
    ['http.server', { address: ':8080', readTimeout: '15s', writeTimeout: '15s' }],
    ['http.server', {}],
    ['http.router', { prefix: '/api' }],
    ['http.router', { module: 'server' }],
    ['storage.sqlite', { path: 'data/orders.db' }],
    ['storage.sqlite', { dbPath: 'data/x.db', maxConnections: 5, walMode: true }],
    ['database.workflow', { driver: 'sqlite', dsn: ':memory:' }],
    ['messaging.broker', { description: 'Central message broker', topics: ['order.*'] }],
    ['messaging.broker.eventbus', {}],
  ])('%s %j', (type, config) => {
    expect(moduleCatalog.get(type)?.schema.safeParse(config)).toMatchObject({ success: true });
  });
});
