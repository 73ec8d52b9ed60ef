import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { applyOverrides } from '#workers/api/config-overrides';

const SOURCE = `# orders
name: orders
modules:
  - name: web-server # the door
    type: http.server
    config:
      address: ":8080"
  - name: cache
    type: cache.modular
pipelines:
  p:
    steps:
      - name: a
        config: { values: { n: 1 } }
`;

describe('applyOverrides', () => {
  it.each<[string, JsonObject, (document: JsonObject) => unknown, unknown]>([
    ['an entry of a list by its name', { 'modules.web-server.config.address': ':0' }, (d) => (d.modules as JsonObject[])[0]!.config, { address: ':0' }],
    ['an entry of a list by its place', { 'modules.0.config.address': ':1' }, (d) => (d.modules as JsonObject[])[0]!.config, { address: ':1' }],
    ['a key that is new', { 'modules.web-server.config.timeout': '5s' }, (d) => (d.modules as JsonObject[])[0]!.config, { address: ':8080', timeout: '5s' }],
    ['a whole object', { 'modules.cache.config': { size: 3 } }, (d) => (d.modules as JsonObject[])[1]!.config, { size: 3 }],
    [
      'a value deep inside',
      { 'pipelines.p.steps.a.config.values.n': [1, 2] },
      (d) => JSON.stringify(d.pipelines),
      '{"p":{"steps":[{"name":"a","config":{"values":{"n":[1,2]}}}]}}',
    ],
    ['a key at the top', { name: 'other' }, (d) => d.name, 'other'],
  ])('sets %s', (_title, overrides, pick, expected) => {
    expect(pick(parse(applyOverrides(SOURCE, overrides)))).toEqual(expected);
  });

  it('keeps comments and order', () => {
    const changed = applyOverrides(SOURCE, { 'modules.web-server.config.address': ':0' });
    expect(changed).toContain('# orders');
    expect(changed).toContain('# the door');
  });

  it.each(['modules.nothing.config.x', 'modules.7.config', 'nothing.at.all', 'name.first', 'modules.web-server.config.address.port'])(
    'refuses %j, by its path',
    (path) => {
      const attempt = () => applyOverrides(SOURCE, { [path]: 1 });
      expect(attempt).toThrow(Problem);
      try {
        attempt();
      } catch (error) {
        expect((error as Problem).errors).toEqual([expect.objectContaining({ code: 'unknown_path', path: `config_overrides.${path}` })]);
      }
    },
  );
});
