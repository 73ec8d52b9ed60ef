// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dialect's own spelling
/** Templates and conditions of strangers, over data of strangers: no prototype, no secret, no other's data, and they end. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { testCondition } from '#language/conditions';
import type { Frame } from '#language/expressions';
import { renderText } from '#language/templates/render';
import { INPUTS } from './inputs.ts';

const trigger = JSON.parse('{"name": "ann", "__proto__": {"admin": true}, "list": [1, 2, 3], "text": "{{ .secret }}"}') as JsonObject;
const context: JsonObject = {
  trigger,
  steps: { a: { x: 1 } },
  meta: { tenant: 'acme', execution_id: 'exec_1' },
  name: 'ann',
  list: [1, 2, 3],
  text: '{{ .meta.tenant }} ${API_KEY}',
};
const frame: Frame = { context, now: 0, config: {}, strict: false };

/** What came of it: a text, or the code of a failure. */
function rendered(source: string): string {
  try {
    return renderText(source, { ...frame, where: 'test' });
  } catch (error) {
    return error instanceof Problem || (error as Error).name === 'TemplateSyntaxError' ? 'refused' : `crashed: ${String(error)}`;
  }
}

function held(source: string): boolean | 'refused' | string {
  try {
    return testCondition(source, frame);
  } catch (error) {
    return error instanceof Problem || /SyntaxError$/.test((error as Error).name) ? 'refused' : `crashed: ${String(error)}`;
  }
}

describe('a template', () => {
  it.each(INPUTS.templates_for_prototypes)('%s reaches no prototype', (source) => {
    expect(rendered(source)).not.toMatch(/function|native|Object|Function|Array|String|admin|crashed/);
  });

  it.each(INPUTS.templates_for_functions)('%s knows no such function', (source) => {
    expect(rendered(source)).toBe('refused');
  });

  it('is not made of what it fills in', () => {
    expect(rendered('{{ .text }}')).toBe('{{ .meta.tenant }} ${API_KEY}');
    expect(rendered('{{ .trigger.text | printf "%s" }}')).toBe('{{ .secret }}');
    expect(rendered('{{ print "{{ .meta.tenant }}" }}')).toBe('{{ .meta.tenant }}');
  });

  it.each(INPUTS.templates_without_end)('ends: %#', (source) => {
    expect(rendered(source)).not.toMatch(/^crashed/);
  });
});

describe('a condition', () => {
  it.each(INPUTS.conditions_for_prototypes)('%s: sees own fields only', (source) => {
    expect([true, 'refused']).toContain(held(source));
  });

  it.each(INPUTS.conditions_for_code)('%s is none, or false', (source) => {
    expect(['refused', false]).toContain(held(source));
  });

  it('is not made of what it fills in', () => {
    const hostile = { ...frame, context: { ...context, name: '" == "" || true || "' } };
    expect(testCondition('"{{ .name }}" == "admin"', hostile)).toBe(false);
    expect(testCondition('{{ .name }} == "admin"', hostile)).toBe(false);
  });

  it.each(INPUTS.conditions_without_end)('ends: %#', (source) => {
    expect(String(held(source))).not.toMatch(/^crashed/);
  });
});

it('nothing has been left in the prototypes', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { admin?: Json }).admin).toBeUndefined();
});
