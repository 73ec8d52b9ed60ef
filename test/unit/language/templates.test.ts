// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dialect's own spelling
/** The template language: what each construct and function renders, and where a mistake is. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { TemplateSyntaxError } from '#language/templates/ast';
import { compileTemplate } from '#language/templates/engine';
import { renderText } from '#language/templates/render';

const NOW = Date.UTC(2026, 6, 1, 14, 5, 9, 120);

const context: JsonObject = {
  a: { b: { c: 'deep' } },
  name: 'Ada Lovelace',
  empty: '',
  none: null,
  zero: 0,
  yes: true,
  no: false,
  million: 1_000_000,
  huge: 1e21,
  tiny: 1e-7,
  price: 19.99,
  text_number: '42',
  list: ['a', 'b', 'c'],
  numbers: [3, 1, 2],
  nested: [1, [2, [3]]],
  items: [
    { id: 'x', price: 10, region: 'eu', tags: { k: 1 } },
    { id: 'y', price: 5.5, region: 'us' },
    { id: 'z', price: 10, region: 'eu' },
  ],
  object: { b: 2, a: 1 },
  'order-id': 'o-1',
  id: 'flat',
  body: { user_id: 'u1', total: 7 },
  trigger: { origin: 'OSL', body: { user_id: 'u1' } },
  meta: { execution_id: 'exec_1', attempt: 1 },
  steps: { 'book-flight': { output: { id: 7 }, id: 7 }, 'parse-body': { user_id: 'u9' }, list: { rows: [{ id: 1 }] } },
  template: '{{ .name }}',
  secretish: '${API_KEY}',
};

function frame(strict = false) {
  return { context, now: NOW, config: { server: { port: 8080, tls: { on: true } }, 'a.b': { c: 'dotted' } } as JsonObject, strict };
}

const rows: [source: string, expected: Json][] = [
  // Text and values
  ['plain text', 'plain text'],
  ['{{ .name }}', 'Ada Lovelace'],
  ['{{.name}}', 'Ada Lovelace'],
  ['Hello {{ .name }}, {{ .id }}', 'Hello Ada Lovelace, flat'],
  ['{{ .a.b.c }}', 'deep'],
  ['{{ $.a.b.c }}', 'deep'],
  ['{{ .order-id }}', 'o-1'],
  ['{{ .steps.book-flight.output.id }}', 7],
  ['{{ .steps.book-flight.id }}', 7],
  ['{{ .steps.list.rows.0.id }}', 1],
  ['{{parse-body.user_id}}', 'u9'],
  ['{{ steps.book-flight.id }}', 7],
  ['{{ trigger.origin }}', 'OSL'],
  ['{{ body.total }}', 7],
  // Types are kept by a single action
  ['{{ .million }}', 1_000_000],
  ['{{ .price }}', 19.99],
  ['{{ .yes }}', true],
  ['{{ .none }}', null],
  ['{{ .list }}', ['a', 'b', 'c']],
  ['{{ .object }}', { b: 2, a: 1 }],
  ['n={{ .million }}', 'n=1000000'],
  ['n={{ .huge }}', 'n=1000000000000000000000'],
  ['n={{ .tiny }}', 'n=0.0000001'],
  ['o={{ .object }}', 'o={"b":2,"a":1}'],
  ['l={{ .list }}', 'l=["a","b","c"]'],
  ['b={{ .yes }}', 'b=true'],
  ['n={{ .none }}', 'n='],
  // Missing
  ['[{{ .missing }}]', '[]'],
  ['[{{ .missing.deeper.still }}]', '[]'],
  ['[{{ .name.nothing }}]', '[]'],
  ['[{{ .toString }}{{ .constructor }}{{ .__proto__ }}]', '[]'],
  // Literals
  ['{{ "quoted \\"text\\" \\u0041" }}', 'quoted "text" A'],
  ['{{ `raw \\n text` }}', 'raw \\n text'],
  ['{{ 42 }}', 42],
  ['{{ -1.5e3 }}', -1500],
  ['{{ 0x1F }}', 31],
  ['{{ 1_000 }}', 1000],
  ["{{ 'A' }}", 65],
  ['{{ true }}', true],
  ['{{ print nil }}', ''],
  ['{{ "{{ }}" }}', '{{ }}'],
  // Trim and comments
  ['a  {{- .id -}}  b', 'aflatb'],
  ['a {{- /* gone */ -}} b', 'ab'],
  ['{{/* only */}}', ''],
  ['x{{/* in {{ between */}}y', 'xy'],
  ['a\n{{- "b" }}', 'ab'],
  // Pipes and parentheses
  ['{{ .name | lower }}', 'ada lovelace'],
  ['{{ .name | lower | upper }}', 'ADA LOVELACE'],
  ['{{ .a | json }}', '{"b":{"c":"deep"}}'],
  ['{{ (index .items 0).id }}', 'x'],
  ['{{ upper (print .id "-" .zero) }}', 'FLAT-0'],
  ['{{ (.a.b).c }}', 'deep'],
  // Variables
  ['{{ $x := .id }}{{ $x }}-{{ $x }}', 'flat-flat'],
  ['{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
  ['{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}', '1'],
  ['{{ $o := .a }}{{ $o.b.c }}', 'deep'],
  ['{{ if $x := .id }}{{ $x }}{{ end }}', 'flat'],
  // if
  ['{{ if .yes }}1{{ end }}', '1'],
  ['{{ if .no }}1{{ end }}', ''],
  ['{{ if .zero }}1{{ else }}2{{ end }}', '2'],
  ['{{ if .missing }}1{{ else if .yes }}2{{ else }}3{{ end }}', '2'],
  ['{{ if .missing }}1{{ else if .no }}2{{ else }}3{{ end }}', '3'],
  ['{{ if and .yes .id }}1{{ end }}', '1'],
  ['{{ if or .no .missing }}1{{ else }}0{{ end }}', '0'],
  ['{{ if not .missing }}1{{ end }}', '1'],
  ['{{ if .yes }}{{ if .no }}a{{ else }}b{{ end }}{{ end }}', 'b'],
  // range
  ['{{ range .list }}{{ . }};{{ end }}', 'a;b;c;'],
  ['{{ range $i, $v := .list }}{{ $i }}={{ $v }} {{ end }}', '0=a 1=b 2=c '],
  ['{{ range $v := .list }}{{ $v }}{{ end }}', 'abc'],
  ['{{ range .missing }}x{{ else }}none{{ end }}', 'none'],
  ['{{ range $k, $v := .object }}{{ $k }}{{ $v }}{{ end }}', 'a1b2'],
  ['{{ range .items }}{{ .id }}:{{ $.id }} {{ end }}', 'x:flat y:flat z:flat '],
  ['{{ range .list }}{{ if eq . "b" }}{{ break }}{{ end }}{{ . }}{{ end }}', 'a'],
  ['{{ range .list }}{{ if eq . "b" }}{{ continue }}{{ end }}{{ . }}{{ end }}', 'ac'],
  ['{{ range $i, $v := .list }}{{ if $i }}, {{ end }}{{ $v }}{{ end }}', 'a, b, c'],
  ['{{ range 3 }}{{ . }}{{ end }}', '012'],
  // with
  ['{{ with .a.b }}{{ .c }}{{ end }}', 'deep'],
  ['{{ with .missing }}x{{ else }}y{{ end }}', 'y'],
  ['{{ with .missing }}x{{ else with .a.b }}{{ .c }}{{ end }}', 'deep'],
  ['{{ with $x := .id }}{{ $x }}{{ . }}{{ end }}', 'flatflat'],
  // Comparison
  ['{{ eq .id "flat" }}', true],
  ['{{ eq .id "x" "flat" }}', true],
  ['{{ eq .million 1000000 }}', true],
  ['{{ eq .missing "" }}', true],
  ['{{ eq .text_number 42 }}', false],
  ['{{ ne .id "x" }}', true],
  ['{{ lt 1 2 }}', true],
  ['{{ le 2 2 }}', true],
  ['{{ gt .price 19 }}', true],
  ['{{ ge "b" "a" }}', true],
  ['{{ lt .missing 5 }}', false],
  ['{{ and .id .zero .yes }}', 0],
  ['{{ or .missing .id }}', 'flat'],
  // index, slice, len
  ['{{ index .steps "book-flight" "output" "id" }}', 7],
  ['{{ index .list 1 }}', 'b'],
  ['[{{ index .list 9 }}]', '[]'],
  ['{{ slice .id 1 3 }}', 'la'],
  ['{{ slice .list 1 }}', ['b', 'c']],
  ['{{ len .list }}', 3],
  ['{{ length .name }}', 12],
  ['{{ len .missing }}', 0],
  // print and printf
  ['{{ print "a" 1 2 "b" }}', 'a1 2b'],
  ['{{ println "a" 1 }}', 'a 1\n'],
  ['{{ printf "%s has %d" .id 3 }}', 'flat has 3'],
  ['{{ printf "%05d|%-4s|%4s|%.2f" 42 "ab" "cd" .price }}', '00042|ab  |  cd|19.99'],
  ['{{ printf "%v %q %t %x %%" .list .id .yes 255 }}', '["a","b","c"] "flat" true ff %'],
  ['{{ printf "%d" }}', '%!d(MISSING)'],
  ['{{ printf "%d" "x" }}', '%!d(x)'],
  ['{{ printf "%+d %e %g" 3 1500.0 0.1 }}', '+3 1.500000e+03 0.1'],
  // Text
  ['{{ title "hello big world" }}', 'Hello Big World'],
  ['{{ trimPrefix "Ada " .name }}', 'Lovelace'],
  ['{{ .name | trimSuffix "lace" }}', 'Ada Love'],
  ['{{ trimSpace "  x  " }}', 'x'],
  ['{{ replace "a" "-" "banana" }}', 'b-n-n-'],
  ['{{ "banana" | replace "an" "$&" }}', 'b$&$&a'],
  ['{{ contains "love" (lower .name) }}', true],
  ['{{ contains "b" .list }}', true],
  ['{{ hasPrefix "Ada" .name }}', true],
  ['{{ hasSuffix "x" .name }}', false],
  ['{{ split "," "a,b" }}', ['a', 'b']],
  ['{{ join "-" .list }}', 'a-b-c'],
  ['{{ .list | join ", " }}', 'a, b, c'],
  ['{{ urlEncode "a b&c/ü" }}', 'a%20b%26c%2F%C3%BC'],
  ['{{ b64 "hü" }}', 'aMO8'],
  // Defaults
  ['{{ .missing | default "d" }}', 'd'],
  ['{{ default "d" .empty }}', 'd'],
  ['{{ .zero | default 5 }}', 0],
  ['{{ .no | default true }}', false],
  ['{{ .none | default 5 }}', 5],
  ['{{ coalesce .missing .empty .id }}', 'flat'],
  // Numbers
  ['{{ add 1 2 3 }}', 6],
  ['{{ sub 5 .zero }}', 5],
  ['{{ mul 2 .price }}', 39.98],
  ['{{ div 7 2 }}', 3.5],
  ['{{ add .text_number 1 }}', 43],
  ['{{ toInt "42.9" }}', 42],
  ['{{ toFloat "1.5" }}', 1.5],
  ['{{ toString .million }}', '1000000'],
  // Lists
  ['{{ sum .items "price" }}', 25.5],
  ['{{ sum .numbers }}', 6],
  ['{{ pluck .items "id" }}', ['x', 'y', 'z']],
  ['{{ .items | pluck "tags.k" }}', [1]],
  ['{{ flatten .nested }}', [1, 2, 3]],
  ['{{ json (unique (pluck .items "region")) }}', '["eu","us"]'],
  [
    '{{ groupBy .items "region" | json }}',
    '{"eu":[{"id":"x","price":10,"region":"eu","tags":{"k":1}},{"id":"z","price":10,"region":"eu"}],"us":[{"id":"y","price":5.5,"region":"us"}]}',
  ],
  ['{{ pluck (sortBy .items "price") "id" }}', ['y', 'x', 'z']],
  ['{{ first .list }}{{ last .list }}', 'ac'],
  ['{{ min .items "price" }}', 5.5],
  ['{{ max .numbers }}', 3],
  ['{{ max 1 5 2 }}', 5],
  ['{{ sum .missing "price" }}', 0],
  // Context functions
  ['{{ step "book-flight" "id" }}', 7],
  ['{{ trigger "body" "user_id" }}', 'u1'],
  ['{{ config "server.port" }}', 8080],
  ['{{ config "server" "tls" "on" }}', true],
  ['{{ config "a.b.c" }}', 'dotted'],
  ['{{now}}', '2026-07-01T14:05:09Z'],
  ['{{ now "2006-01-02T15:04:05Z" }}', '2026-07-01T14:05:09Z'],
  ['{{ now "Mon Jan _2 15:04:05.000 2006" }}', 'Wed Jul  1 14:05:09.120 2026'],
  ['{{ now "3:04PM, Monday 2 January 06" }}', '2:05PM, Wednesday 1 July 26'],
  ['{{ now "RFC3339" }}', '2026-07-01T14:05:09Z'],
  ['{{ now "unix" }}', '1782914709'],
  // ${ }
  ['${ steps.book-flight.output.id }', 7],
  ['${steps.book-flight.id}-${ body.user_id }', '7-u1'],
  ['${ current.million + 1 }', 1_000_001],
  ['${ trigger.origin == "OSL" ? "oslo" : "other" }', 'oslo'],
  ['[${ steps.nothing.here }]', '[]'],
  ['${ (body.total + 1) * 2 }', 16],
  ['${ 7 in [body.total] }', true],
  ['${ not steps.book-flight.id }', false],
  ['${ "n" + string(body.total) }', 'n7'],
  ['${ (x) } ${ "body" } ${ bodies.x }', '${ (x) } ${ "body" } ${ bodies.x }'],
  ['${API_KEY}', '${API_KEY}'],
  ['${data.customerId} $5 ${', '${data.customerId} $5 ${'],
  ['${ meta.execution_id }/{{ .id }}', 'exec_1/flat'],
  // Data is never a template or an expression
  ['<{{ .template }}>', '<{{ .name }}>'],
  ['<{{ .secretish }}>', '<${API_KEY}>'],
  ['<${ current.template }>', '<{{ .name }}>'],
];

describe('templates render', () => {
  it.each(rows)('%s', (source, expected) => {
    expect(compileTemplate(source).value(frame())).toEqual(expected);
  });

  it('gives a new uuid each time', () => {
    const template = compileTemplate('{{ uuid }}{{ uuidv4 }}');
    const text = template.text(frame());
    expect(text).toMatch(/^([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}){2}$/);
    expect(template.text(frame())).not.toBe(text);
  });

  it('leaves ${ } to code in other languages', () => {
    const source = 'const x = `${a.b}`; if (y) { z(`${ x + 1 }`) }';
    expect(compileTemplate(source).text(frame())).toBe(source);
  });
});

const mistakes: [source: string, part: string, message: RegExp, hint?: RegExp][] = [
  ['x {{ .a', '{{', /not closed/],
  ['{{ .a | lowr }}', 'lowr', /Unknown function "lowr"/, /"lower"/],
  ['{{ lenght .list }}', 'lenght', /Unknown function/, /"length"/],
  ['{{ user_id }}', 'user_id', /Unknown function/, /\.user_id/],
  ['{{ if .a }}x', '{{ if .a }}', /"if" is not closed/],
  ['{{ end }}', '{{ end }}', /closes nothing/],
  ['{{ else }}', '{{ else }}', /closes nothing/],
  ['{{ $x }}', '$x', /not declared/],
  ['{{ $total := 1 }}{{ $totl }}', '$totl', /not declared/, /\$total/],
  ['{{ }}', '{{ }}', /empty/],
  ['{{ "abc }}', '"', /not closed with its quote/],
  ['{{ .a .b }}', '.b', /not a function/],
  ['{{ .a | .b }}', '.b', /Only a function/],
  ['{{ (.a }}', '(', /not closed with "\)"/],
  ['{{ lower }}', 'lower', /takes 1 value, not 0/, /lower text/],
  ['{{ replace "a" .b }}', 'replace "a" .b', /takes 3 values, not 2/],
  ['{{ break }}', '{{ break }}', /outside of a range/],
  ['{{ template "x" }}', 'template', /not part of this dialect/],
  ['{{ if .a }}{{ else }}{{ else }}{{ end }}', '{{ else }}', /second "else"/],
  ['{{/* open', '{{/* open', /comment is not closed/],
  ['{{ .a ; }}', ';', /not expected/],
  ['{{ .a | }}', '}}', /value is missing/],
];

describe('mistakes in templates', () => {
  it.each(mistakes)('%s', (source, part, message, hint) => {
    let error: unknown;
    try {
      compileTemplate(source);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(TemplateSyntaxError);
    const found = error as TemplateSyntaxError;
    expect(found.message).toMatch(message);
    expect(source.slice(found.start, found.end)).toBe(part);
    if (hint) expect(found.hint).toMatch(hint);
  });
});

describe('strict templates', () => {
  const refused: [string, string][] = [
    ['{{ .missing }}', '.missing'],
    ['x{{ .a.nothing }}', '.a.nothing'],
    ['{{ lower .missing }}', '.missing'],
    ['{{ range .missing }}{{ end }}', '.missing'],
    ['${ steps.nothing.x }', 'steps.nothing.x'],
    ['{{ index .list 9 }}', 'index .list 9'],
  ];
  it.each(refused)('%s is refused', (source, key) => {
    expect(() => compileTemplate(source).text(frame(true))).toThrow(
      expect.objectContaining({ code: 'missing_value', message: expect.stringContaining(`"${key}"`) }),
    );
  });
  it.each([
    '{{ .missing | default "x" }}',
    '{{ if .missing }}{{ end }}',
    '{{ with .missing }}{{ end }}',
    '{{ coalesce .missing .id }}',
    '{{ or .missing .id }}',
    '{{ .none }}',
    '{{ .empty }}',
  ])('%s is fine', (source) => {
    expect(() => compileTemplate(source).text(frame(true))).not.toThrow();
  });
});

describe('bounds', () => {
  const endless: [string, string][] = [
    ['iterations', '{{ range 1000 }}{{ range 1000 }}{{ end }}{{ end }}'],
    ['a single range', '{{ range 100000000 }}{{ end }}'],
    ['output', `{{ range 50000 }}${'x'.repeat(200)}{{ end }}`],
    ['printf width', '{{ printf "%99999999d" 1 }}'],
    ['replace', `{{ replace "a" "${'b'.repeat(3000)}" "${'a'.repeat(3000)}" }}`],
    ['division', '{{ div 1 0 }}'],
    ['order of types', '{{ lt "a" 1 }}'],
  ];
  it.each(endless)('%s', (_, source) => {
    expect(() => compileTemplate(source).text(frame())).toThrow(expect.objectContaining({ code: 'template_error' }));
  });
  it('nesting', () => {
    const deep = 100;
    expect(() => compileTemplate('{{ if .a }}'.repeat(deep) + '{{ end }}'.repeat(deep))).toThrow(/nested deeper/);
    expect(() => compileTemplate(`{{ ${'('.repeat(deep)}.a${')'.repeat(deep)} }}`)).toThrow(/nested deeper/);
  });
});

describe('renderText', () => {
  it('names where it stood', () => {
    const options = { context, now: NOW, strict: true, where: 'idempotency.key_template' };
    expect(renderText('pay_{{ .id }}', options)).toBe('pay_flat');
    expect(() => renderText('pay_{{ .missing }}', options)).toThrow(/^idempotency\.key_template: ".missing" is not there/);
    expect(() => renderText('pay_{{', options)).toThrow(Problem);
  });
});
