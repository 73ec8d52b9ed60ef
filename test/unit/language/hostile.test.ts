// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dialect's own spelling
/** Templates and conditions of strangers, over data of strangers: no prototype, no secret, no other's data, and they end. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { testCondition } from '#language/conditions';
import type { Frame } from '#language/expressions';
import { renderText } from '#language/templates/render';

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
  it.each([
    '{{ .constructor }}',
    '{{ .__proto__ }}',
    '{{ .__proto__.admin }}',
    '{{ .trigger.constructor.constructor }}',
    '{{ .trigger.__defineGetter__ }}',
    '{{ .steps.constructor }}',
    '{{ .steps.a.hasOwnProperty }}',
    '{{ .list.constructor }}',
    '{{ .list.map }}',
    '{{ .name.constructor }}',
    '{{ .name.length }}',
    '{{ index . "constructor" }}',
    '{{ index .steps "__proto__" }}',
    '{{ index .steps "a" "constructor" "name" }}',
    '{{ index .list "constructor" }}',
    '{{ step "constructor" }}',
    '{{ step "__proto__" "admin" }}',
    '{{ trigger "constructor" }}',
    '{{ config "constructor" }}',
    '{{ config "__proto__" "x" }}',
    '{{ pluck "constructor" .list | json }}',
    '{{ with .constructor }}{{ .name }}{{ end }}',
    '{{ range .constructor }}x{{ end }}',
    '${ steps.constructor }',
    '${ trigger.constructor.name }',
  ])('%s reaches no prototype', (source) => {
    expect(rendered(source)).not.toMatch(/function|native|Object|Function|Array|String|admin|crashed/);
  });

  it.each([
    '{{ env "PATH" }}',
    '{{ getenv "HOME" }}',
    '{{ exec "ls" }}',
    '{{ readFile "/etc/passwd" }}',
    '{{ call .constructor }}',
    '{{ include "x" }}',
    '{{ template "x" }}',
    '{{ define "x" }}{{ end }}',
    '{{ fetch "http://x" }}',
    '{{ secret "A" }}',
  ])('%s knows no such function', (source) => {
    expect(rendered(source)).toBe('refused');
  });

  it('is not made of what it fills in', () => {
    expect(rendered('{{ .text }}')).toBe('{{ .meta.tenant }} ${API_KEY}');
    expect(rendered('{{ .trigger.text | printf "%s" }}')).toBe('{{ .secret }}');
    expect(rendered('{{ print "{{ .meta.tenant }}" }}')).toBe('{{ .meta.tenant }}');
  });

  it.each([
    '{{ if '.repeat(500),
    '{{ '.repeat(2000),
    `{{ ${'('.repeat(2000)}1${')'.repeat(2000)} }}`,
    `{{ .a${'.a'.repeat(20_000)} }}`,
    `${'{{ range .list }}'.repeat(40)}x${'{{ end }}'.repeat(40)}`,
    `${'{{ with .trigger }}'.repeat(300)}x${'{{ end }}'.repeat(300)}`,
    '{{ printf "%999999999d" 1 }}',
    '{{ printf "%.999999999f" 1.0 }}',
    `{{ replace "a" "${'b'.repeat(10_000)}" (replace "a" "${'a'.repeat(10_000)}" "${'a'.repeat(1000)}") | len }}`,
    `{{ split "" "${'a'.repeat(50_000)}" | join "${'b'.repeat(1000)}" | len }}`,
    '{{ range $i := .list }}{{ $i = 9 }}{{ end }}',
  ])('ends: %#', (source) => {
    expect(rendered(source)).not.toMatch(/^crashed/);
  });
});

describe('a condition', () => {
  it.each([
    'constructor == null',
    'trigger.constructor == null',
    '__proto__ == null || true',
    'steps.constructor == null',
    'steps.a.toString == null',
    'list.constructor == null',
    'trigger["constructor"] == null',
    'trigger["__proto__"]["toString"] == null',
    'meta.constructor == null',
  ])('%s: sees own fields only', (source) => {
    expect([true, 'refused']).toContain(held(source));
  });

  it.each([
    'fetch("http://x")',
    'eval("1")',
    'constructor.constructor("return 1")()',
    'this.process',
    'import("fs")',
    'new Date()',
    'a = 1',
    '(() => 1)()',
    '`x`',
    'trigger.list.map(x, x.constructor)[0] == 1',
    'a; b',
  ])('%s is none, or false', (source) => {
    expect(['refused', false]).toContain(held(source));
  });

  it('is not made of what it fills in', () => {
    const hostile = { ...frame, context: { ...context, name: '" == "" || true || "' } };
    expect(testCondition('"{{ .name }}" == "admin"', hostile)).toBe(false);
    expect(testCondition('{{ .name }} == "admin"', hostile)).toBe(false);
  });

  it.each([
    `${'('.repeat(5000)}1${')'.repeat(5000)}`,
    `${'!'.repeat(10_000)}true`,
    `${'[['.repeat(3000)}`,
    `a${'.a'.repeat(20_000)} == 1`,
    `1${' + 1'.repeat(20_000)} > 0`,
    `"${'a'.repeat(50_000)}" matches "^(a+)+$"`,
    `"${'a'.repeat(100)}!" matches "(a|aa)+$"`,
    '"a" matches "(((a{1000}){1000}){1000})"',
    'list.all(a, list.all(b, list.all(c, list.all(d, true))))',
    '"\\u0000" == ""',
  ])('ends: %#', (source) => {
    expect(String(held(source))).not.toMatch(/^crashed/);
  });
});

it('nothing has been left in the prototypes', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { admin?: Json }).admin).toBeUndefined();
});
