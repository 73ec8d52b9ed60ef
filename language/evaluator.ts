/**
 * The engine's port to the language: fills in settings, tests conditions, chooses routes, runs steps without I/O.
 *
 * Invariants
 * 1. Nothing is thrown, `answer` excepted; a user's fault is an error with a code, ours is `step_failed` without a stack.
 * 2. Pure and synchronous: the same frame and activity give the same result, but for `uuid`.
 */

import { flagVerdict } from '#contracts/flag';
import type { Activity, Choice } from '#contracts/graph';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { type ErrorInfo, errorInfo, Problem } from '#contracts/problems';
import type { HttpAnswer, Scope, StepCatalog, StepOutcome } from '#contracts/step';
import type { SentSignal, Signal } from '#contracts/waiting';
import type { EvaluationFrame, Evaluator, Found, Resolved, Routing, Verdict } from '#engine/ports';
import { acceptInput } from '#language/accept-input';
import { compileCondition, testCondition } from '#language/conditions';
import { planOf } from '#language/config-plan';
import { type Frame, readPath } from '#language/expressions';
import { parsePath } from '#language/path';
import { failure, resolveConfig } from '#language/resolve';
import { createScope, languageFrame } from '#language/scope';
import type { SecretMarks } from '#language/secrets';
import { compileTemplate } from '#language/templates/engine';
import { isDynamic } from '#language/templates/lexer';
import { renderText } from '#language/templates/render';
import { isYes, toText } from '#language/values';

const NOTHING_RAW: ReadonlySet<string> = new Set();

/** The part of a step's definition that is run here. */
export interface RunnableStep {
  prepare?(config: never, scope: Scope): Json;
  run?(input: never, scope: Scope): StepOutcome;
  answer?(input: never): HttpAnswer;
  admit?(input: never, signal: SentSignal): void;
  receive?(input: never, signal: Signal | null): StepOutcome;
}

/** `steps`: the code, `catalog`: the facts; both by step type. */
export function createEvaluator(steps: ReadonlyMap<string, RunnableStep>, catalog: StepCatalog): Evaluator {
  return {
    resolve: (stepName, activity, frame) => resolve(steps, catalog, stepName, activity, frame),
    test: (expression, frame) => test(expression, frame),
    route: (node, frame) => route(node, frame),
    value: (source, frame) => value(source, frame),
    run: (type, input, frame) => run(steps, type, input, frame),
    answer: (type, input) => {
      const step = steps.get(type);
      if (!step?.answer) throw new Problem('unknown_step_type', `A ${type} does not answer.`);
      return step.answer(input as never);
    },
    accept: (stepName, activity, given, frame) => accept(steps, catalog, stepName, activity, given, frame),
    admit: (type, input, signal) => admit(steps, type, input, signal),
    receive: (type, input, signal) => receive(steps, type, input, signal),
  };
}

function accept(
  steps: ReadonlyMap<string, RunnableStep>,
  catalog: StepCatalog,
  stepName: string,
  activity: Activity,
  given: JsonObject,
  frame: EvaluationFrame,
): Resolved {
  const current = resolve(steps, catalog, stepName, activity, frame);
  const [step, facts] = [steps.get(activity.type), catalog.get(activity.type)];
  if (!step || !facts) return current;
  try {
    return acceptInput(step, facts, current, given, () => createScope(frame));
  } catch (error) {
    const { code, message, details } = failure(error, stepName, '');
    return { kind: 'error', error: errorInfo('invalid_input', message, { details: details ?? code }) };
  }
}

function admit(steps: ReadonlyMap<string, RunnableStep>, type: string, input: Json, signal: SentSignal): ErrorInfo | undefined {
  try {
    steps.get(type)?.admit?.(input as never, signal);
    return undefined;
  } catch (error) {
    return runFailure(error, type);
  }
}

function receive(steps: ReadonlyMap<string, RunnableStep>, type: string, input: Json, signal: Signal | null): StepOutcome {
  const step = steps.get(type);
  if (!step?.receive) return { kind: 'failed', error: errorInfo('unknown_step_type', `A ${type} does not wait for signals.`) };
  try {
    return step.receive(input as never, signal);
  } catch (error) {
    return { kind: 'failed', error: runFailure(error, type) };
  }
}

function resolve(steps: ReadonlyMap<string, RunnableStep>, catalog: StepCatalog, stepName: string, activity: Activity, frame: EvaluationFrame): Resolved {
  const facts = catalog.get(activity.type);
  const step = steps.get(activity.type);
  if (!facts || !step) return { kind: 'error', error: errorInfo('unknown_step_type', `Step "${stepName}": there is no step type ${activity.type}.`) };
  const language = languageFrame(frame);
  let marks: SecretMarks | undefined;
  try {
    const resolved = resolveConfig(activity.config, language, { schema: facts.schema, expressions: facts.expressions, stepName, secrets: !facts.pure });
    if (!resolved.ok) return { kind: 'error', error: resolved.error };
    marks = resolved.marks;
    const prepared = step.prepare ? step.prepare(resolved.value as never, createScope(frame)) : resolved.value;
    const { input, secrets } = marks ? marks.finalize(prepared) : { input: prepared, secrets: [] };
    if (activity.idempotency_key === undefined) return { kind: 'ready', input, secrets };
    const key = renderText(activity.idempotency_key, { ...language, where: 'idempotency_key' });
    const fault = faultOfKey(key);
    if (fault) return { kind: 'error', error: errorInfo('template_error', `Step "${stepName}": idempotency_key ${fault}, once its templates are filled in.`) };
    return { kind: 'ready', input, secrets, idempotency_key: key };
  } catch (error) {
    return { kind: 'error', error: failure(error, stepName, '', marks) };
  }
}

/** What is wrong with the key of an effect. */
function faultOfKey(key: string): string | undefined {
  if (key.trim() === '') return 'is empty';
  if (key.length > LIMITS.stepKey) return `has ${key.length} characters, and ${LIMITS.stepKey} is the most: name an id, or a hash of what it is made of`;
  return key.isWellFormed() ? undefined : 'holds half a surrogate pair';
}

function test(expression: string, frame: EvaluationFrame): Verdict {
  try {
    return { kind: 'value', value: testCondition(expression, languageFrame(frame)) };
  } catch (error) {
    return { kind: 'error', error: conditionFailure(error) };
  }
}

export function conditionFailure(error: unknown) {
  if (error instanceof Problem) return errorInfo(error.code, error.message);
  if (error instanceof Error && (error.name === 'ExpressionSyntaxError' || error.name === 'TemplateSyntaxError')) {
    return errorInfo('expression_error', error.message);
  }
  return errorInfo('expression_error', 'The condition could not be evaluated.');
}

function route(node: Choice & { name: string }, frame: EvaluationFrame): Routing {
  try {
    const value = chosenValue(node, frame);
    // `if` asks yes or no; a field or an expression with routes is matched by its text.
    const name = node.config.if === undefined ? toText(value) : String(isYes(value));
    const target = Object.hasOwn(node.routes, name) ? node.routes[name] : undefined;
    if (target !== undefined) return { kind: 'routed', value, route: name, target };
    if (node.default !== undefined) return { kind: 'routed', value, route: 'default', target: node.default };
    const shown = name === '' ? 'a missing or empty value' : `"${name.slice(0, 100)}"`;
    return { kind: 'error', error: errorInfo('no_route_matched', `Step "${node.name}": no route for ${shown}, and no default.`) };
  } catch (error) {
    if (error instanceof Problem) return { kind: 'error', error: errorInfo(error.code, `Step "${node.name}": ${error.message}`) };
    return { kind: 'error', error: conditionFailure(error) };
  }
}

function chosenValue(node: Choice, frame: EvaluationFrame): Json {
  const language = languageFrame(frame);
  const { select } = node;
  if (select.by === 'flag')
    return String(
      flagVerdict(frame.definition.flags ?? {}, textOf(select.flag, language), select.user && (textOf(select.user, language) || undefined)).enabled,
    );
  if (select.by === 'expression') return compileCondition(select.expression).evaluate({ ...language, strict: false });
  if (isDynamic(select.field)) return renderText(select.field, { ...language, where: 'field' });
  const keys = parsePath(select.field);
  const value = keys && readPath(frame.context, keys);
  if (value === undefined && language.strict) throw new Problem('missing_value', `"${select.field}" is not there.`);
  return value ?? null;
}

/** Literal lists and objects with templates, wrapped so that their plan is made once. */
const wrapped = new WeakMap<object, { value: Json }>();

function value(source: Json, frame: EvaluationFrame): Found {
  try {
    return { kind: 'value', value: valueAt(source, languageFrame(frame)) };
  } catch (error) {
    return { kind: 'error', error: failure(error, '', '', undefined) };
  }
}

function valueAt(source: Json, language: Frame): Json {
  if (typeof source === 'string') {
    if (isDynamic(source)) return decodedText(compileTemplate(source).value(language) ?? null);
    const keys = parsePath(source);
    const found = keys && readPath(language.context, keys);
    if (found === undefined && language.strict) throw new Problem('missing_value', `"${source}" is not there.`);
    return found ?? null;
  }
  if (typeof source !== 'object' || source === null) return source;
  const holder = wrapped.get(source) ?? { value: source };
  wrapped.set(source, holder);
  return (planOf(holder, NOTHING_RAW).fill({ frame: language, secret: undefined, at: '' }) as { value: Json }).value;
}

/** Text that is the JSON of a list or object, as `{{ json .x }}` gives. */
function decodedText(found: Json): Json {
  if (typeof found !== 'string' || !/^\s*[[{]/.test(found)) return found;
  try {
    return JSON.parse(found) as Json;
  } catch {
    return found;
  }
}

function textOf(template: string, language: Frame): string {
  return isDynamic(template) ? renderText(template, { ...language, where: 'flag' }) : template;
}

function run(steps: ReadonlyMap<string, RunnableStep>, type: string, input: Json, frame: EvaluationFrame): StepOutcome {
  const step = steps.get(type);
  if (!step?.run) return { kind: 'failed', error: errorInfo('unknown_step_type', `There is no step type ${type} that runs without I/O.`) };
  try {
    return step.run(input as never, createScope(frame));
  } catch (error) {
    return { kind: 'failed', error: runFailure(error, type) };
  }
}

function runFailure(error: unknown, type: string): ErrorInfo {
  if (!(error instanceof Problem)) return errorInfo('step_failed', `A step of type ${type} failed in an unforeseen way.`);
  return errorInfo(error.code, error.message, error.errors ? { details: error.errors as unknown as Json } : {});
}
