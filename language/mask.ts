/**
 * Replaces personal data by a pseudonym, in everything that comes into an execution, before it is written anywhere.
 *
 * Invariants
 * 1. The same value gives the same pseudonym, another value another one: keys, comparisons and joins go on working.
 * 2. A pseudonym holds letters only, so that no pattern finds anything in it; what is masked already stays as it is.
 * 3. What cannot be searched within its bounds is masked whole.
 * 4. What is written in the definition is not touched where it goes out: inputs of steps are made of masked data.
 */
import type { RunMocks } from '#contracts/debugging';
import type { EventData, EventType } from '#contracts/events';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { MaskRules } from '#contracts/mask';
import type { ErrorInfo } from '#contracts/problems';
import type { RecordedRun, Recording } from '#contracts/recording';
import { FORMS } from '#language/mask-patterns';
import { compileFinder } from '#language/safe-regex';

/** 16 or more letters that stand for a value. */
export type Pseudonym = (value: string) => string;

/** Letters a to p in place of hexadecimal digits: no pattern takes them for a number. */
export function asLetters(hex: string): string {
  return hex.replaceAll(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

export interface Masker {
  /** What a text from outside is kept as: a key that a caller gave. */
  text(value: string): string;
  /** Data of what starts the execution. */
  trigger(data: Json): Json;
  event<T extends EventType>(type: T, data: EventData[T]): EventData[T];
}

const MASKED = /\[masked [a-z]+\]/;
const PIECES = /(\[masked [a-z]+\])/;

/** Parts of a trigger whose fields are its own as well. */
const LAYERS = ['body', 'query', 'path_params', 'data'];

/** By rules, which live as long as their definition does in the isolate. */
const finders = new WeakMap<MaskRules, Finder[]>();

type Finder = (text: string) => { start: number; end: number }[];

export function masker(rules: MaskRules, pseudonym: Pseudonym): Masker {
  const find = findersOf(rules);
  const token = (value: string) => `[masked ${pseudonym(value)}]`;
  const text = (value: string) =>
    value
      .split(PIECES)
      .map((piece) => (MASKED.test(piece) ? piece : textWithout(piece, find, token)))
      .join('');
  const whole = (value: Json): Json =>
    value === null || (typeof value === 'string' && MASKED.test(value)) ? value : token(typeof value === 'string' ? value : JSON.stringify(value));
  const paths = (value: Json, roots: readonly string[][]) => roots.reduce((masked, path) => at(masked, path, whole), value);
  const anywhere = rules.paths.filter(([root]) => root !== 'trigger' && root !== 'steps');
  const all = (value: Json, roots: readonly string[][]): Json =>
    textsIn(
      anywhere.reduce((masked, path) => everywhere(masked, path, whole), paths(value, roots)),
      text,
    );

  const ofStep = (step: string | undefined) =>
    rules.paths.flatMap(([root, name, ...rest]) =>
      root === 'steps' && (step === undefined || name === '*' || name === step) ? [rest[0] === 'output' && rest.length > 1 ? rest.slice(1) : rest] : [],
    );
  // A field of the trigger is found where templates find it: in the request's or the event's own data, too.
  const ofTrigger = rules.paths.flatMap(([root, ...rest]) =>
    root === 'trigger' ? [rest, ...LAYERS.filter((layer) => layer !== rest[0]).map((layer) => [layer, ...rest])] : [],
  );
  const trigger = (data: Json) => all(data, ofTrigger);
  const error = (info: ErrorInfo): ErrorInfo => ({
    ...info,
    message: text(info.message),
    ...(info.details === undefined ? {} : { details: all(info.details, []) }),
  });

  const runs = (given: Recording['steps']): Recording['steps'] =>
    Object.fromEntries(Object.entries(given).map(([step, each]) => [step, each.map((run) => ofRun(run, ofStep(lastName(step))))]));
  const ofRun = (run: RecordedRun, roots: readonly string[][]): RecordedRun => {
    switch (run.kind) {
      case 'completed':
        return { ...run, output: all(run.output, roots), ...(run.response ? { response: all(run.response, []) as JsonObject } : {}) };
      case 'failed':
        return { ...run, error: error(run.error) };
      case 'skipped':
        return { ...run, reason: text(run.reason) };
      case 'routed':
        return { ...run, value: all(run.value, []), route: text(run.route) };
    }
  };
  const recording = (given: Recording): Recording => ({ ...given, steps: runs(given.steps), undos: runs(given.undos) });
  const mocks = ({ by, steps }: RunMocks): RunMocks => ({
    by,
    steps: Object.fromEntries(
      Object.entries(steps).map(([step, answers]) => [
        step,
        answers.map((answer) => ({
          ...answer,
          ...(answer.output === undefined ? {} : { output: all(answer.output, ofStep(lastName(step))) }),
          ...(answer.error === undefined ? {} : { error: error(answer.error) }),
        })),
      ]),
    ),
  });

  return {
    text,
    trigger,
    event(type, data) {
      const kept: Record<string, unknown> = { ...data };
      const step = typeof kept.step_name === 'string' ? lastName(kept.step_name) : undefined;
      const store = (key: string, mask: (value: Json) => Json) => {
        const stored = kept[key] as { value: Json } | { ref: unknown } | undefined;
        if (stored && 'value' in stored) kept[key] = { value: mask(stored.value) };
      };
      store('trigger_data', trigger);
      // Of an execution that ran before there were rules, or by others.
      store('recorded', (value) => recording(value as unknown as Recording) as unknown as Json);
      if (kept.mocks) kept.mocks = mocks(kept.mocks as RunMocks);
      store('output', (value) => all(value, ofStep(step)));
      store('items', (value) => all(value, []));
      // What comes for a step becomes its output; a signal may come before anybody waits for it.
      if (type === 'signal.received') store('data', (value) => all(value, ofStep(undefined)));
      // An operator's own; the inputs that settings give are made of what is masked already.
      if (type === 'breakpoint.modified') store('input', (value) => all(value, []));
      for (const key of ['response', 'tags']) if (isJsonObject(kept[key] as Json)) kept[key] = all(kept[key] as JsonObject, []);
      if (kept.error) kept.error = error(kept.error as ErrorInfo);
      if (typeof kept.reason === 'string') kept.reason = text(kept.reason);
      return kept as typeof data;
    },
  };
}

function findersOf(rules: MaskRules): Finder[] {
  const known = finders.get(rules);
  if (known) return known;
  const named = rules.patterns.map((name): Finder => {
    const { candidate, check } = FORMS[name];
    return (text) =>
      [...text.matchAll(candidate)].filter(([match]) => !check || check(match)).map((match) => ({ start: match.index, end: match.index + match[0].length }));
  });
  const made = [...named, ...rules.expressions.map(compileFinder)];
  finders.set(rules, made);
  return made;
}

function textWithout(text: string, find: readonly Finder[], token: (value: string) => string): string {
  if (text === '') return text;
  let spans: { start: number; end: number }[];
  try {
    spans = find.flatMap((each) => each(text)).sort((left, right) => left.start - right.start || right.end - left.end);
  } catch {
    return token(text);
  }
  let out = '';
  let from = 0;
  for (const { start, end } of spans) {
    if (start < from) continue;
    out += text.slice(from, start) + token(text.slice(start, end));
    from = end;
  }
  return out + text.slice(from);
}

/** Texts, names of fields, and numbers that are a match as a whole. */
function textsIn(value: Json, text: (value: string) => string): Json {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') {
    const written = String(value);
    const masked = text(written);
    return masked === written ? value : masked;
  }
  if (Array.isArray(value)) return value.map((item) => textsIn(item, text));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), textsIn(item, text)]));
}

/** What stands at the path; the rest stays the same object. */
function at(value: Json, path: readonly string[], mask: (value: Json) => Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return mask(value);
  if (Array.isArray(value)) {
    // A list is gone through: `items.email` is that of each item.
    if (key === '*' || !/^\d+$/.test(key)) return value.map((item) => at(item, key === '*' ? rest : path, mask));
    return value.map((item, index) => (index === Number(key) ? at(item, rest, mask) : item));
  }
  if (!isJsonObject(value)) return value;
  if (key === '*') return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, at(item, rest, mask)]));
  // Names of headers come in any case.
  const name = Object.hasOwn(value, key) ? key : Object.keys(value).find((each) => each.toLowerCase() === key.toLowerCase());
  if (name === undefined) return value;
  return Object.fromEntries(Object.entries(value).map(([each, item]) => [each, each === name ? at(item, rest, mask) : item]));
}

/** At the path, wherever it begins. */
function everywhere(value: Json, path: readonly string[], mask: (value: Json) => Json): Json {
  const here = at(value, path, mask);
  if (Array.isArray(here)) return here.map((item) => everywhere(item, path, mask));
  if (!isJsonObject(here)) return here;
  return Object.fromEntries(Object.entries(here).map(([key, item]) => [key, everywhere(item, path, mask)]));
}

/** A step in a block goes by its path; a rule names it as the author does. */
function lastName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
