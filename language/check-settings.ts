/** Checks the settings of a step against its facts: templates, conditions, paths, programs, secrets, and last the schema. */
import type { Json, JsonObject } from '#contracts/json';
import type { StepFacts } from '#contracts/step';
import { checkConfig, eachText } from '#language/check-config';
import { checkCondition, checkPath, checkProgram, checkTemplate } from '#language/check-text';
import type { Checker } from '#language/checker';
import { askingOf } from '#language/compile-callers';
import { parsePath } from '#language/path';
import type { PipelineScope } from '#language/pipeline-scope';
import { warnPlainSecrets } from '#language/plain-secrets';
import { placeInScalar } from '#language/scalar-place';
import { literalKeys, namingKeys, schemaShape, sealedKeys } from '#language/schema-facts';
import { type Entry, type SourceNode, toJson } from '#language/source';
import type { Settings } from '#language/step-settings';
import { isDynamic } from '#language/templates/lexer';

const ONE_SECRET = /^\$\{[A-Za-z][A-Za-z0-9_]*\}$/;

/** Gives the plain settings. */
export function checkSettings(checker: Checker, config: Settings, facts: StepFacts | undefined, what: string, scope: PipelineScope): JsonObject {
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
