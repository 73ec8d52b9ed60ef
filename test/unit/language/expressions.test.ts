// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dialect's own spelling
/** The condition language: values, precedence, spelling, mistakes, and its guards. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#contracts/json';
import { compileCondition, testCondition } from '#language/conditions';
import { ExpressionSyntaxError } from '#language/expression-lexer';
import { compileRegex } from '#language/safe-regex';
import { TemplateSyntaxError } from '#language/templates/ast';

const context: JsonObject = {
  a: 5,
  price: 19.5,
  b: 'x',
  none: null,
  yes: true,
  no: false,
  zero: 0,
  empty: '',
  text: 'Hello, and goodbye',
  limit: '15',
  list: ['a', 'b'],
  numbers: [1, 2, 3],
  items: [
    { id: 'x', price: 10 },
    { id: 'y', price: 200 },
  ],
  object: { k: 1, length: 'own' },
  steps: { 'check-stock': { total: 20_000, found: true, row: { 'unit-price': 3 } }, size: { in: 1 } },
  trigger: { body: { type: 'refund' } },
  body: { type: 'refund' },
  output: 'please refund me',
  amount: 150,
  before: { status: 'new' },
  after: { status: 'paid' },
};
const frame = { context, now: 0, config: {}, strict: false };

const values: [string, Json][] = [
  // Paths
  ['steps.check-stock.total', 20_000],
  ['.steps.check-stock.total', 20_000],
  ['steps["check-stock"].total', 20_000],
  ["steps['check-stock']['row']['unit-price']", 3],
  ['check-stock.found', true],
  ['current.a', 5],
  ['items[1].id', 'y'],
  ['items[a - 4].id', 'y'],
  ['missing', null],
  ['missing.deeper[3].still', null],
  ['b.toString', null],
  ['list.length', 2],
  ['text.length', 18],
  ['object.length', 'own'],
  ['steps.size.in', 1],
  // Comparison
  ['steps.check-stock.total > 10000', true],
  ['a == 5', true],
  ['a == 5.0', true],
  ['a = 5', true],
  ['a != 5', false],
  ['a <> 6', true],
  ['price >= 19.5', true],
  ['b < "y"', true],
  ['limit == 15', false],
  ['double(limit) > 10', true],
  ['list == ["a", "b"]', true],
  ['object == {"length": "own", "k": 1}', true],
  // Missing and null
  ['missing == null', true],
  ['missing != null', false],
  ['none == missing', true],
  ['missing == ""', false],
  ['missing > 5', false],
  ['missing < 5', false],
  ['5 > none', false],
  ['a is null', false],
  ['missing IS NULL', true],
  ['a is not null', true],
  ['has(steps.check-stock.row)', true],
  ['has(steps.check-stock.rows)', false],
  // Logic, in either case and in signs
  ['a > 3 and b == "x"', true],
  ['a > 3 AND b == "y"', false],
  ['a > 3 && b == "y" || yes', true],
  ['no or a == 5', true],
  ['no OR no', false],
  ['not no', true],
  ['NOT a == 5', false],
  ['!yes', false],
  ['not missing', true],
  ['not (a == 5 and yes)', false],
  ['no and missing.x > "text"', false],
  ['a or b', true],
  ['yes or a > b', true],
  // Words
  ['text contains "and"', true],
  ['text contains "or"', false],
  ['list contains "b"', true],
  ['object contains "k"', true],
  ['missing contains "x"', false],
  ['text not contains "x"', true],
  ['b in ["x", "y"]', true],
  ['a in numbers', false],
  ['2 in numbers', true],
  ['b not in list', true],
  ['"ell" in text', true],
  ['text matches "^Hello.*bye$"', true],
  ['text matches "(?i)HELLO"', true],
  ['text not matches "\\d"', true],
  ['missing matches ".*"', false],
  ['before.status is distinct from after.status', true],
  ['before.status IS NOT DISTINCT FROM after.status', false],
  ['missing is distinct from none', false],
  ["output contains 'refund' AND amount > 100", true],
  // Text in quotes is left alone
  ['"a and b or not c" == "a and b or not c"', true],
  ["\"it's\" == 'it\\'s'", true],
  ['"steps.check-stock.total > 1"', 'steps.check-stock.total > 1'],
  ['"line\\nbreak".length', 10],
  // Arithmetic
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['7 / 2', 3.5],
  ['7 % 4', 3],
  ['-a + 1', -4],
  ['a - 1', 4],
  ['b + a', 'x5'],
  ['list + ["c"]', ['a', 'b', 'c']],
  ['1e3', 1000],
  ['.5 + .5', 1],
  // Functions and methods
  ['size(list)', 2],
  ['len(text)', 18],
  ['text.startsWith("Hello")', true],
  ['endsWith(text, "bye")', true],
  ['upper(b)', 'X'],
  ['b.upper()', 'X'],
  ['string(a)', '5'],
  ['int("42.9")', 42],
  ['trim("  x ")', 'x'],
  // Choice, lists, maps, macros
  ['a > 3 ? "big" : "small"', 'big'],
  ['a > 9 ? 1 : a > 4 ? 2 : 3', 2],
  ['[1, "x", null]', [1, 'x', null]],
  ['{"k": a, b: 1}', { k: 5, b: 1 }],
  ['items.exists(i, i.price > 100)', true],
  ['items.all(i, i.price > 100)', false],
  ['items.exists_one(item, item.id == b)', true],
  ['items.filter(i, i.price > 100)', [{ id: 'y', price: 200 }]],
  ['items.map(i, i.price * 2)', [20, 400]],
  ['missing.exists(i, i.x)', false],
  ['items.exists(a, a.price == 10)', true],
  // Templates and ${ }
  ['{{ .a }} > 3', true],
  ['"{{ .b }}" == "x"', true],
  ['"{{ .b }}-{{ .a }}" == "x-5"', true],
  ['{{ .a }} == {{ .a }}', true],
  ['{{ eq .b "x" }}', true],
  ['${ steps.check-stock.total } > 5', true],
  ['${steps.check-stock.found}', true],
];

describe('expressions', () => {
  it.each(values)('%s', (source, expected) => {
    expect(compileCondition(source).evaluate(frame)).toEqual(expected);
  });
});

const answers: [string, boolean][] = [
  ['yes', true],
  ['no', false],
  ['missing', false],
  ['zero', false],
  ['empty', false],
  ['a', true],
  ['list', true],
  ['[]', false],
  ['"false"', false],
  ['"0"', false],
  ['{{ .no }}', false],
  ['{{ .missing }}', false],
  ['{{ if .yes }}true{{ else }}false{{ end }}', true],
  ['{{ if .no }}true{{ else }}false{{ end }}', false],
  ['true', true],
  ['False', false],
];

describe('conditions', () => {
  it.each(answers)('%s', (source, expected) => {
    expect(testCondition(source, frame)).toBe(expected);
  });

  it('does not mind missing values under strict templates', () => {
    expect(testCondition('missing == null', { ...frame, strict: true })).toBe(true);
    expect(testCondition('{{ .missing }} == null', { ...frame, strict: true })).toBe(true);
  });

  it('takes data for what it is, not for a condition', () => {
    const hostile = { ...frame, context: { ...context, name: 'x" or "1" == "1' } };
    expect(testCondition('"{{ .name }}" == "admin"', hostile)).toBe(false);
    expect(testCondition('{{ .name }} == "admin"', hostile)).toBe(false);
  });
});

const mistakes: [string, string, RegExp, RegExp?][] = [
  ['a >', '', /ends too early/],
  ['a > > 3', '>', /not expected/],
  ['(a > 3', '', /"\)" is expected/],
  ['a > 3)', ')', /not expected/],
  ['"open', '"', /not closed/],
  ['a contians "x"', 'contians', /not expected/, /contains/],
  ['a ANDD b', 'ANDD', /not expected/, /and/],
  ['sizee(list)', 'sizee', /Unknown function/, /"size"/],
  ['size()', 'size', /takes 1 value, not 0/],
  ['5abc', '5a', /not a number/],
  ['a # b', '#', /not expected/],
  ['', '', /empty/],
  ['and b', 'and', /value is missing/],
  ['text matches "("', 'text matches "("', /cannot be used/],
  ['list.all(a, list.all(b, list.all(c, a == c)))', 'list.all(a, list.all(b, list.all(c, a == c)))', /inside each other/],
  ['{{ .a', '{{', /not closed/],
  ['{{ .a | lowr }} == 1', 'lowr', /Unknown function/, /lower/],
  ['a == ${ b', '${', /not closed/],
];

describe('mistakes in conditions', () => {
  it.each(mistakes)('%s', (source, part, message, hint) => {
    let error: unknown;
    try {
      compileCondition(source);
    } catch (caught) {
      error = caught;
    }
    if (!(error instanceof ExpressionSyntaxError || error instanceof TemplateSyntaxError)) throw new Error(`not refused: ${String(error)}`);
    expect(error.message).toMatch(message);
    expect(source.slice(error.start, error.end)).toBe(part);
    if (hint) expect(error.hint).toMatch(hint);
  });

  it.each([
    ['limit > 10', /text cannot be ordered against a number/],
    ['list < 5', /list/],
    ['1 / zero', /Division by zero/],
    ['a + object', /object/],
    ['b - 1', /two numbers/],
    ['int("x")', /not a number/],
    ['text matches b + "("', /cannot be used/],
  ])('%s fails when it runs', (source, message) => {
    expect(() => testCondition(source, frame)).toThrow(expect.objectContaining({ code: 'expression_error', message: expect.stringMatching(message) }));
  });

  it('bounds length and nesting', () => {
    expect(() => compileCondition('1 + '.repeat(5000))).toThrow(/characters/);
    expect(() => compileCondition(`${'('.repeat(200)}1${')'.repeat(200)}`)).toThrow(/nested deeper/);
    expect(() => compileCondition(`${'not '.repeat(200)}yes`)).toThrow(/nested deeper/);
    expect(() => compileCondition(`${'!'.repeat(200)}yes`)).toThrow(/nested deeper/);
  });
});

describe('patterns', () => {
  it('bounds the work of one search', () => {
    expect(() => compileRegex('(a?){500}b')('a'.repeat(100_000))).toThrow(/too long/);
  });

  const patterns: [string, string, boolean][] = [
    ['abc', 'xabcx', true],
    ['^abc$', 'xabc', false],
    ['a.c', 'a\nc', false],
    ['(?s)a.c', 'a\nc', true],
    ['^[a-z]+@[a-z.]+\\.[a-z]{2,}$', 'ada@example.org', true],
    ['^\\d{3}-\\d{4}$', '555-1234', true],
    ['^\\d{3}-\\d{4}$', '555-123', false],
    ['^(a|b)*c$', 'ababc', true],
    ['^[^0-9]+$', 'abc1', false],
    ['\\bcat\\b', 'a cat!', true],
    ['\\bcat\\b', 'concat', false],
    ['(?i)^HELLO$', 'hello', true],
    ['(?m)^b$', 'a\nb\nc', true],
    ['^x{2,3}$', 'xxxx', false],
    ['^(?:ab)+?$', 'abab', true],
    ['^[[:alpha:]_-]+$', 'a_b-c', true],
    ['^\\x41\\u00fc$', 'Aü', true],
    ['^.$', '😀', true],
    ['', 'anything', true],
    ['^$', '', true],
    ['(?P<year>\\d{4})', 'in 2026', true],
    ['[]a]', ']', true],
    ['a{,2}', 'a{,2}', true],
  ];
  it.each(patterns)('%s on %j', (pattern, text, expected) => {
    expect(compileRegex(pattern)(text)).toBe(expected);
  });

  it.each(['(', ')', '[a', '*a', 'a**', '(?=a)', '(?<!a)', '\\1', '\\', 'a{1001}', '[b-a]', '(?x)a'])('refuses %s', (pattern) => {
    expect(() => compileRegex(pattern)).toThrow();
  });

  it('does not backtrack', () => {
    const hostile = `${'a'.repeat(20_000)}!`;
    // A backtracking engine would not come back at all.
    for (const pattern of ['^(a+)+$', '^(a|aa)*$', '^(a|a?)+$', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$']) expect(compileRegex(pattern)(hostile)).toBe(false);
  });
});
