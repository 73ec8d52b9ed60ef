/**
 * A step of a pipeline: its keys, policy and settings, to a node of the graph.
 *
 * Invariants
 * 1. Nothing here knows a step type by name; everything comes from its facts.
 * 2. Policy that stands inside `config` is taken out of it before the schema sees it.
 */
import type { Activity, Node } from '#contracts/definition';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { StepFacts } from '#contracts/step';
import { checkConfig, eachText, emptyMap } from '#language/check-config';
import { checkCondition, checkPath, checkProgram, checkTemplate } from '#language/check-text';
import { type Checker, isNull, type Place } from '#language/checker';
import { compileBlock } from '#language/compile-block';
import { breaker } from '#language/compile-breaker';
import { askingOf } from '#language/compile-callers';
import { compileConditional, compileGate } from '#language/compile-conditional';
import { keyTemplate, MAX_PIPELINE_MS, onError, positive, retry } from '#language/compile-policy';
import { COMPENSATE_KEYS, POLICY_IN_CONFIG, REFUSED_STEPS, STEP_KEYS } from '#language/dialect';
import { didYouMean, nearest } from '#language/nearest';
import { parsePath } from '#language/path';
import type { PipelineScope } from '#language/pipeline-scope';
import { warnPlainSecrets } from '#language/plain-secrets';
import { placeInScalar } from '#language/scalar-place';
import { literalKeys, namingKeys, replacementOf, schemaShape, sealedKeys } from '#language/schema-facts';
import { type Entry, type MapNode, type SourceNode, toJson } from '#language/source';
import { isDynamic } from '#language/templates/lexer';

const ONE_SECRET = /^\$\{[A-Za-z][A-Za-z0-9_]*\}$/;

export function compileStep(checker: Checker, place: Place, map: MapNode, name: string, index: number, scope: PipelineScope): Node | undefined {
  const facts = stepFacts(checker, place, map);
  const config = settings(checker, place, map, facts, STEP_KEYS, `step "${name}"`);
  const conditions = {
    ...condition(checker, map, place.path, 'if', scope),
    ...condition(checker, map, place.path, 'skip_if', scope),
  };
  const error = onError(checker, checker.given(map, place.path, 'on_error'));
  const compensatePlace = checker.given(map, place.path, 'compensate');
  if (facts?.kind === 'conditional') {
    for (const key of ['on_error', 'timeout', 'retry', 'compensate', 'idempotent', 'idempotency_key', 'detached', 'circuit_breaker']) {
      const entry = map.entries.get(key);
      if (entry)
        checker.report.warn(
          'no_effect',
          `"${key}" has no effect on a step that only chooses the next one.`,
          `${place.path}.${key}`,
          entry.keyRange,
          'Take it out, or give it to the steps that it goes to.',
        );
    }
    const { chooses } = facts;
    if (chooses && !config.broken) checkConfig(checker, { ...config.place, node: config.map }, toJson(config.map), facts.schema, `step "${name}"`);
    const body = chooses
      ? compileGate(checker, config.place, config.map, index, scope, chooses)
      : compileConditional(checker, config.place, config.map, index, scope);
    return body && { kind: 'conditional', name, index, type: facts.type, ...conditions, ...body };
  }
  if (facts && facts.kind !== 'activity') {
    const body = compileBlock(checker, facts.kind, facts, config.place, config.map, scope);
    const limits = blockPolicy(checker, place, map, config, facts);
    return body && { kind: 'block', name, index, type: facts.type, ...conditions, ...body, ...limits, ...(error ? { on_error: error } : {}) };
  }
  noteAnswer(checker, place, map, facts, scope);
  noteContinuation(checker, place, map, facts, scope);
  const activity = compileActivity(checker, place, map, config, facts, `step "${name}"`, scope);
  const compensate = compensatePlace && compileCompensate(checker, compensatePlace, name, scope);
  if (!activity) return undefined;
  return {
    kind: 'activity',
    name,
    index,
    ...conditions,
    ...activity,
    ...(error ? { on_error: error } : {}),
    ...(compensate && !facts?.continues ? { compensate } : {}),
  };
}

/** A block has a timeout; its steps have the rest. */
function blockPolicy(checker: Checker, place: Place, map: MapNode, config: Settings, facts: StepFacts): { timeout_ms?: number } {
  for (const key of ['retry', 'compensate', 'idempotent', 'idempotency_key', 'detached', 'circuit_breaker']) {
    const beside = map.entries.get(key);
    const entry = beside ?? config.policy.get(key);
    if (!entry) continue;
    const own = Object.hasOwn(schemaShape(facts.schema) ?? {}, key);
    const hint = own
      ? 'Put it under config.'
      : key === 'retry'
        ? 'Give it to the steps within, or put them into a step.retry_with_backoff.'
        : 'Give it to the steps within.';
    checker.report.error(
      'invalid_value',
      `A step that is made of steps has no "${key}" of its own.`,
      `${(beside ? place : config.place).path}.${key}`,
      entry.keyRange,
      hint,
    );
  }
  const timeout = checker.given(map, place.path, 'timeout');
  const ms = timeout && positive(checker, timeout, 'timeout', MAX_PIPELINE_MS);
  return ms ? { timeout_ms: ms } : {};
}

/** The answer ends the pipeline, so nothing else may run beside the step that gives it. */
function noteAnswer(checker: Checker, place: Place, map: MapNode, facts: StepFacts | undefined, scope: PipelineScope): void {
  const around = scope.around.find((kind) => kind === 'parallel' || kind === 'foreach' || kind === 'retry');
  const type = map.entries.get('type');
  if (!facts?.responds || !around || !type) return;
  const message = `A ${facts.type} ends the pipeline, so it cannot stand within a step that runs several times or beside others.`;
  checker.error('answer_in_block', message, { path: `${place.path}.type`, node: type.value }, 'Put it after the block.');
}

/** The next run is started once, by the pipeline itself: a step that is one of many, or is stopped, or undone, is no place for that. */
function noteContinuation(checker: Checker, place: Place, map: MapNode, facts: StepFacts | undefined, scope: PipelineScope): void {
  const type = map.entries.get('type');
  if (!facts?.continues || !type) return;
  if (scope.around.length > 0) {
    const message = `A ${facts.type} ends the pipeline, so it cannot stand within a step that is made of steps.`;
    checker.error('continue_in_block', message, { path: `${place.path}.type`, node: type.value }, 'Put it after the block, with an "if" where it depends.');
  }
  const undo = map.entries.get('compensate');
  if (undo)
    checker.report.warn(
      'no_effect',
      '"compensate" has no effect here: the run has ended well by then.',
      `${place.path}.compensate`,
      undo.keyRange,
      'Take it out, or undo an earlier step.',
    );
}

function condition(checker: Checker, map: MapNode, path: string, key: 'if' | 'skip_if', scope: PipelineScope): { if?: string; skip_if?: string } {
  const place = checker.given(map, path, key);
  const source = place && checkCondition(checker, place, scope.steps);
  return source === undefined ? {} : { [key]: source };
}

function stepFacts(checker: Checker, place: Place, map: MapNode): StepFacts | undefined {
  const type = checker.given(map, place.path, 'type');
  if (!type) {
    checker.report.error('missing_key', 'A step needs a type.', `${place.path}.type`, firstKey(map, place), 'For example: type: step.set');
    return undefined;
  }
  const text = checker.text(type, 'type');
  if (text === undefined) return undefined;
  const facts = checker.catalogs.steps.get(text);
  const refused = Object.hasOwn(REFUSED_STEPS, text) ? REFUSED_STEPS[text] : undefined;
  if (!facts && refused) checker.error('unknown_step_type', `${text} cannot run here: ${refused.why}.`, type, refused.instead);
  else if (!facts) checker.error('unknown_step_type', `Unknown step type "${text}".`, type, didYouMean(text, checker.catalogs.steps.keys()));
  return facts;
}

function firstKey(map: MapNode, place: Place) {
  return (map.entries.values().next().value as Entry | undefined)?.keyRange ?? place.keyRange;
}

/** `config` with what stands beside it, and the policy keys that stand inside it. */
interface Settings {
  place: Place;
  map: MapNode;
  policy: Map<string, Entry>;
  /** `config` is no mapping; that has been said. */
  broken: boolean;
}

function settings(checker: Checker, place: Place, map: MapNode, facts: StepFacts | undefined, known: ReadonlySet<string>, what: string): Settings {
  const shape = facts && schemaShape(facts.schema);
  // Without a config its misspelt key is read as it was meant; that it is unknown is said below.
  const given =
    checker.entry(map, place.path, 'config') ?? (facts && checker.meant(map, place.path, new Set([...known, ...Object.keys(shape ?? {})]), 'config'));
  const configPlace: Place = given ?? {
    node: emptyMap(place),
    path: `${place.path}.config`,
    keyRange: map.entries.get('type')?.keyRange ?? firstKey(map, place),
  };
  const written = given ? checker.map(given, 'config') : undefined;
  const entries = new Map(written?.entries);
  const policy = new Map<string, Entry>();
  for (const key of POLICY_IN_CONFIG) {
    const entry = entries.get(key);
    if (!entry || (shape && Object.hasOwn(shape, key))) continue;
    policy.set(key, entry);
    entries.delete(key);
  }
  for (const entry of map.entries.values()) {
    const path = `${place.path}.${entry.key}`;
    if (isOwnTimeout(entry, facts)) {
      checker.report.warn(
        'misplaced_setting',
        `"${entry.key}" is a setting of a step that waits and belongs under config.`,
        path,
        entry.keyRange,
        `Write config: {${entry.key}: …}.`,
      );
      if (!entries.has(entry.key)) entries.set(entry.key, entry);
      continue;
    }
    if (known.has(entry.key)) continue;
    if (POLICY_IN_CONFIG.includes(entry.key)) policy.set(entry.key, entry);
    else if (shape && Object.hasOwn(shape, entry.key) && !entries.has(entry.key)) {
      checker.report.warn(
        'misplaced_setting',
        `"${entry.key}" is a setting of the step and belongs under config.`,
        path,
        entry.keyRange,
        `Write config: {${entry.key}: …}.`,
      );
      entries.set(entry.key, entry);
    } else if (!facts) {
      // Of a step whose type is not known its settings are not either; what stands for a key that every step needs is.
      const meant = nearest(entry.key, known);
      if ((meant === 'name' || meant === 'type') && !map.entries.has(meant)) checker.unknownKey(entry, place.path, known, what);
    } else checker.unknownKey(entry, place.path, [...known, ...Object.keys(shape ?? {})], what);
  }
  if (facts) renameDeprecated(checker, configPlace, entries, facts);
  return {
    place: configPlace,
    map: { kind: 'map', range: configPlace.node.range, entries },
    policy,
    broken: given !== undefined && written === undefined && !isNull(given.node),
  };
}

/** How long a step waits for others is its own affair: the bound of a call does not hold for it. */
function isOwnTimeout(entry: Entry, facts: StepFacts | undefined): boolean {
  return entry.key === 'timeout' && facts?.waits !== undefined;
}

/** Older spellings of a setting (`status_code` for `status`) are accepted, with a word. */
function renameDeprecated(checker: Checker, place: Place, entries: Map<string, Entry>, facts: StepFacts): void {
  for (const entry of [...entries.values()]) {
    const use = replacementOf(facts.schema, entry.key);
    if (use === undefined) continue;
    checker.report.warn('renamed_key', `"${entry.key}" is called "${use}" here.`, `${place.path}.${entry.key}`, entry.keyRange, `Write ${use}: in its place.`);
    if (entries.has(use)) continue;
    entries.delete(entry.key);
    entries.set(use, { ...entry, key: use });
  }
}

function compileActivity(
  checker: Checker,
  place: Place,
  map: MapNode,
  config: Settings,
  facts: StepFacts | undefined,
  what: string,
  scope: PipelineScope,
  undo = false,
): Activity | undefined {
  const at = (key: string) => checker.given(map, place.path, key);
  const policyAt = (key: string): Place | undefined => {
    const inside = config.policy.get(key);
    return at(key) ?? (inside && { node: inside.value, path: `${config.place.path}.${key}`, keyRange: inside.keyRange });
  };
  const timeout = facts?.waits ? undefined : at('timeout');
  const timeoutMs = timeout && positive(checker, timeout, 'timeout', LIMITS.maxStepTimeoutMs);
  const ownRetry = retry(checker, at('retry'));
  const idempotentPlace = policyAt('idempotent');
  const keyPlace = policyAt('idempotency_key');
  const detachedPlace = at('detached');
  const key = keyPlace && keyTemplate(checker, keyPlace, 'idempotency_key', scope.steps);
  const idempotent = idempotentPlace ? checker.flag(idempotentPlace, 'idempotent') : undefined;
  const detached = detachedPlace ? checker.flag(detachedPlace, 'detached') : undefined;
  const breakerPlace = policyAt('circuit_breaker');
  const guard = breaker(checker, breakerPlace, scope.steps, undo);
  const value = checkSettings(checker, config, facts, what, scope);
  if (!facts) return undefined;
  if (facts.pure) {
    for (const [name, entry] of Object.entries({
      timeout,
      retry: at('retry'),
      idempotent: idempotentPlace,
      idempotency_key: keyPlace,
      detached: detachedPlace,
      circuit_breaker: breakerPlace,
    })) {
      if (entry)
        checker.report.warn(
          'no_effect',
          `"${name}" has no effect on this step: it runs without I/O, at once and once.`,
          entry.path,
          entry.keyRange,
          'Take it out.',
        );
    }
  }
  const policy = facts.pure ? undefined : (ownRetry ?? scope.retry);
  const guarding = breakerPlace || undo ? guard : ((facts.calls && scope.gate) ?? scope.breaker);
  return {
    type: facts.type,
    config: value,
    pure: facts.pure,
    responds: facts.responds,
    detached: !facts.pure && detached === true,
    ...(facts.waits ? { waits: facts.waits } : {}),
    ...(facts.continues ? { continues: true as const } : {}),
    timeout_ms: timeoutMs || (!facts.pure && scope.timeout_ms) || facts.defaultTimeoutMs,
    ...(policy ? { retry: policy } : {}),
    ...(guarding && !facts.pure ? { breaker: guarding } : {}),
    idempotent: !facts.pure && (idempotent ?? key !== undefined),
    ...(key === undefined || facts.pure ? {} : { idempotency_key: key }),
  };
}

function checkSealed(checker: Checker, place: { path: string; node: SourceNode }): void {
  const { node } = place;
  if (node.kind !== 'scalar' || (typeof node.value === 'string' && ONE_SECRET.test(node.value))) return;
  checker.error(
    'invalid_value',
    'This has to be the name of a secret, and nothing else.',
    place,
    `Write \${API_KEY}, and set the secret API_KEY of the tenant.`,
  );
}

/** Checks templates, conditions, paths, secrets and the schema; gives the plain settings. */
function checkSettings(checker: Checker, config: Settings, facts: StepFacts | undefined, what: string, scope: PipelineScope): JsonObject {
  const { place, map } = config;
  const value = toJson(map) as JsonObject;
  for (const entry of map.entries.values()) {
    const path = `${place.path}.${entry.key}`;
    if (facts?.expressions.includes(entry.key)) {
      if (entry.value.kind === 'scalar' && entry.value.value !== null) checkCondition(checker, { path, node: entry.value }, scope.steps);
      continue;
    }
    const program = facts?.programs?.[entry.key];
    if (program) {
      checkProgram(checker, { path, node: entry.value }, program, value, scope.steps);
      continue;
    }
    if (facts && literalKeys(facts.schema).has(entry.key)) {
      warnLiteral(checker, entry, path);
      continue;
    }
    if (facts && sealedKeys(facts.schema).has(entry.key)) checkSealed(checker, { path, node: entry.value });
    eachText(entry.value, path, (node, textPath) => {
      const { secrets } = checkTemplate(checker, { path: textPath, node }, scope.steps);
      if (secrets.length > 0 && facts?.pure) {
        const message = `\${${secrets[0]}} stays as it stands: secrets are filled in for steps with an effect only.`;
        checker.report.warn('secret_in_pure_step', message, textPath, node.range, 'Hand it to the step that calls out, such as a header of step.http_call.');
      }
      const inserted = textPath.endsWith('._from') || facts?.paths.includes(entry.key);
      const keys = inserted && !isDynamic(String(node.value)) ? parsePath(String(node.value)) : undefined;
      if (keys) checkPath(checker, { path: textPath, node }, keys, scope.steps);
      else if (inserted && !isDynamic(String(node.value)))
        checker.error(
          'invalid_path',
          `"${node.value}" is not a path such as steps.name.field.`,
          { path: textPath, node },
          'Write steps.<step>.<field>, trigger.body.id or another path of the context.',
        );
    });
  }
  warnPlainSecrets(checker, place, map);
  if (facts && !config.broken) checkConfig(checker, { ...place, node: map }, expressionsAsText(value, facts), facts.schema, what);
  if (facts?.caller) scope.asks(askingOf(value, { ...place, node: map }));
  noteDatabase(checker, config, facts, scope);
  return takenOver(checker, config, facts, scope, value);
}

/** SQL and the like: a template there would be taken as text, which is hardly what was meant. */
function warnLiteral(checker: Checker, entry: Entry, path: string): void {
  eachText(entry.value, path, (node, textPath) => {
    const text = String(node.value);
    if (!text.includes('{{')) return;
    const range = placeInScalar(checker.report.text, node, text.indexOf('{{'), text.indexOf('{{') + 2);
    checker.report.error(
      'invalid_value',
      `"${entry.key}" is taken as it is: templates are not filled in here.`,
      textPath,
      range,
      'Pass the value as a parameter.',
    );
  });
}

/** YAML reads `if: true` as a truth value; a condition is text. */
function expressionsAsText(value: JsonObject, facts: StepFacts): JsonObject {
  for (const key of facts.expressions) {
    const at: Json | undefined = value[key];
    if (typeof at === 'boolean' || typeof at === 'number') value[key] = String(at);
  }
  return value;
}

function noteDatabase(checker: Checker, config: Settings, facts: StepFacts | undefined, scope: PipelineScope): void {
  const shape = facts && schemaShape(facts.schema);
  const database = shape && Object.hasOwn(shape, 'database') ? checker.given(config.map, config.place.path, 'database') : undefined;
  if (database?.node.kind !== 'scalar' || typeof database.node.value !== 'string' || isDynamic(database.node.value)) return;
  scope.usesDatabase(database.node.value, database);
}

/** Names of other things of the application are checked once all of it is known; what those hand on belongs to the settings. */
function takenOver(checker: Checker, config: Settings, facts: StepFacts | undefined, scope: PipelineScope, value: JsonObject): JsonObject {
  const whole = { ...value };
  const shape = (facts && schemaShape(facts.schema)) ?? {};
  for (const [key, kind] of facts ? namingKeys(facts.schema) : []) {
    const place = checker.given(config.map, config.place.path, key);
    if (place?.node.kind !== 'scalar' || typeof place.node.value !== 'string' || isDynamic(place.node.value)) continue;
    const { settings = {}, instead } = scope.refers(kind, place.node.value, place);
    if (instead !== undefined) whole[key] = instead;
    for (const [name, handed] of Object.entries(settings)) if (Object.hasOwn(shape, name) && !Object.hasOwn(whole, name)) whole[name] = handed;
  }
  return whole;
}

function compileCompensate(checker: Checker, place: Place, step: string, scope: PipelineScope): Activity | undefined {
  const map = checker.map(place, 'compensate');
  if (!map) return undefined;
  const facts = stepFacts(checker, place, map);
  const what = `the compensation of step "${step}"`;
  const config = settings(checker, place, map, facts, COMPENSATE_KEYS, what);
  if (facts && (facts.kind !== 'activity' || facts.responds || facts.waits || facts.continues)) {
    checker.error(
      'invalid_value',
      `A ${facts.type} cannot undo a step.`,
      { path: `${place.path}.type`, node: map.entries.get('type')!.value },
      'Use a step with an effect, such as step.http_call, step.db_exec or step.publish.',
    );
    return undefined;
  }
  // It sees whatever has run, later steps too.
  const { names } = scope.steps;
  return compileActivity(checker, place, map, config, facts, what, { ...scope, steps: { names } }, true);
}
