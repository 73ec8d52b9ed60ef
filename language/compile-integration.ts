/**
 * `workflows.integration`: connectors (where a service is, and how it is spoken to) and steps (calls of them). The steps
 * become one pipeline, `integration`; a connector of the type webhook becomes a route that publishes what it is sent.
 *
 * `data` is what the execution was started with, and a step's name is its output; both are the words of this section
 * only, so they are put into those of the platform here.
 */
import type { JsonObject } from '#contracts/json';
import { isJsonObject } from '#contracts/json';
import type { PlainStep } from '#contracts/module';
import { type Application, freeName, messageTarget, moduleAt, subscribe } from '#language/application';
import type { Checker, Place } from '#language/checker';
import { compileSteps } from '#language/compile-pipeline';
import { INTEGRATION_CONFIG_KEYS, INTEGRATION_CONNECTOR_KEYS, INTEGRATION_KEYS, INTEGRATION_STEP_KEYS } from '#language/dialect';
import { eachItem } from '#language/each-item';
import { didYouMean } from '#language/nearest';
import { stepsAt } from '#language/plain';
import { type MapNode, type Range, toJson } from '#language/source';

const INTEGRATION = 'integration';
/** The step that holds what the execution was started with. */
const INPUT = 'integration-input';

interface Connector {
  name: string;
  config: JsonObject;
}

export function compileIntegration(app: Application, section: Place): void {
  const { checker } = app;
  const map = checker.map(section, 'workflows.integration');
  if (!map) return;
  checker.keys(map, section.path, INTEGRATION_KEYS, 'workflows.integration');
  const registry = checker.given(map, section.path, 'registry');
  if (registry) moduleAt(app, registry, 'registry');
  const connectors = new Map<string, Connector>();
  eachItem(checker, map, section.path, 'connectors', { keys: INTEGRATION_CONNECTOR_KEYS, what: 'a connector' }, (place, item) =>
    connector(app, place, item, connectors),
  );
  const steps: PlainStep[] = [];
  const names = new Set<string>();
  const ranges: Range[] = [];
  let last = section;
  eachItem(checker, map, section.path, 'steps', { keys: INTEGRATION_STEP_KEYS, what: 'a step' }, (place, item) => {
    last = place;
    const made = integrationStep(app, place, item, connectors, names);
    steps.push(...made);
    ranges.push(...made.map(() => place.keyRange));
  });
  if (steps.length === 0) return;
  const name = freeName(app, INTEGRATION);
  const input: PlainStep = { name: INPUT, type: 'step.request_parse', config: {} };
  app.pipelines.set(name, compileSteps(checker, stepsAt(last, [input, ...steps], [section.keyRange, ...ranges]), name, { type: 'manual', config: {} }, app));
}

function connector(app: Application, place: Place, item: MapNode, connectors: Map<string, Connector>): void {
  const { checker } = app;
  const at = (key: string) => checker.given(item, place.path, key);
  const namePlace = at('name');
  const name = namePlace && checker.text(namePlace, 'name');
  const typePlace = at('type');
  const type = typePlace ? checker.choice(typePlace, 'The type of a connector', ['http', 'webhook', 'database'] as const) : 'http';
  const configPlace = at('config');
  const config = configPlace && checker.map(configPlace, 'config');
  if (config && configPlace) checker.keys(config, configPlace.path, INTEGRATION_CONFIG_KEYS, 'config of a connector');
  if (name === undefined) {
    if (!namePlace)
      checker.report.error(
        'missing_key',
        'A connector needs a name.',
        `${place.path}.name`,
        place.keyRange,
        'Write name: and a word that steps name as connector.',
      );
    return;
  }
  const settings = config ? (toJson(config) as JsonObject) : {};
  if (type === 'webhook') webhook(app, place, name, config && configPlace ? checker.given(config, configPlace.path, 'path') : undefined);
  else if (type === 'database' && typePlace)
    checker.error(
      'invalid_value',
      'A database is used by step.db_query and step.db_exec here.',
      typePlace,
      'Declare a module of the type storage.sqlite or database.workflow, and ask it by step.db_query.',
    );
  else if (typeof settings.baseURL !== 'string')
    checker.report.error(
      'missing_key',
      `The connector "${name}" has no baseURL.`,
      `${place.path}.config.baseURL`,
      place.keyRange,
      'Write config: {baseURL: "https://…"}.',
    );
  if (configPlace && config) {
    for (const key of ['requestsPerMinute', 'allowPrivateIPs', 'port'])
      if (config.entries.has(key))
        checker.warn(
          'no_effect_here',
          `"${key}" of a connector has no effect here.`,
          {
            path: `${configPlace.path}.${key}`,
            node: config.entries.get(key)!.value,
          },
          'Take it out. Rates are bounded by step.rate_limit, addresses by the platform.',
        );
  }
  connectors.set(name, { name, config: settings });
}

/** What is sent there is published under the connector's name. */
function webhook(app: Application, place: Place, name: string, path: Place | undefined): void {
  if (!path) {
    app.checker.report.error(
      'missing_key',
      `The connector "${name}" has no path.`,
      `${place.path}.config.path`,
      place.keyRange,
      'Write config: {path: /webhooks/name}.',
    );
    return;
  }
  const pipeline = freeName(app, name);
  const steps: PlainStep[] = [
    { name: 'received', type: 'step.publish', config: { topic: name, payload: { _from: 'trigger.body' } } },
    { name: 'answer', type: 'step.json_response', config: { status: 202, body: { accepted: true } } },
  ];
  app.pipelines.set(pipeline, compileSteps(app.checker, stepsAt(place, steps), pipeline, { type: 'http', config: {} }, app));
  app.table.add({ pipeline }, undefined, path, 'POST');
}

function integrationStep(app: Application, place: Place, item: MapNode, connectors: ReadonlyMap<string, Connector>, names: Set<string>): PlainStep[] {
  const { checker } = app;
  const at = (key: string) => checker.given(item, place.path, key);
  const [namePlace, connectorPlace, actionPlace] = ['name', 'connector', 'action'].map((key) => {
    const found = at(key);
    if (!found)
      checker.report.error(
        'missing_key',
        `A step of an integration needs ${key}.`,
        `${place.path}.${key}`,
        place.keyRange,
        'Write {name: lookup, connector: crm, action: "GET /customers/{id}"}.',
      );
    return found;
  });
  const name = namePlace && checker.text(namePlace, 'name');
  const to = connectorPlace && checker.text(connectorPlace, 'connector');
  const action = actionPlace && checker.text(actionPlace, 'action');
  if (name === undefined || to === undefined || action === undefined || !connectorPlace || !actionPlace) return [];
  const service = connectors.get(to);
  if (!service) checker.error('invalid_value', `No connector is named "${to}".`, connectorPlace, didYouMean(to, connectors.keys()));
  const [, method, path] = /^(GET|POST|PUT|PATCH|DELETE|HEAD)\s+(\/\S*)$/.exec(action) ?? [];
  if (!method) checker.error('invalid_value', `"${action}" is not an action.`, actionPlace, 'Method and path: "GET /customers/{customerId}".');
  if (!service || !method) return [];
  names.add(name);
  const rewrite = (text: string) => inPlatformWords(text, names);
  const given = item.entries.has('input') ? toJson(item.entries.get('input')!.value) : {};
  const input = mapTexts(isJsonObject(given) ? given : {}, rewrite);
  const transform = at('transform');
  const body = transform ? transformed(checker, transform, names) : input;
  const fromPath = new Set([...path!.matchAll(/\{([\w-]+)\}/g)].map((match) => match[1]!));
  const url = `${String(service.config.baseURL).replace(/\/$/, '')}${path!.replace(/\{([\w-]+)\}/g, (_, key: string) => pathValue(input[key], key))}`;
  const bodyless = method === 'GET' || method === 'HEAD' || method === 'DELETE';
  const rest = Object.fromEntries(Object.entries(isJsonObject(body) ? body : input).filter(([key]) => transform || !fromPath.has(key)));
  const headers = { ...(isJsonObject(service.config.headers) ? service.config.headers : {}), ...authorization(service.config) };
  const retries = Number(item.entries.has('retryCount') ? toJson(item.entries.get('retryCount')!.value) : 0);
  const delay = at('retryDelay');
  const seconds = service.config.timeoutSeconds;
  const failure = handed(app, at('onError'), 'failure', name);
  const success = handed(app, at('onSuccess'), 'success', name);
  // What failed is told first, then the pipeline fails.
  const stop: PlainStep[] = failure.length > 0 ? [{ name: `${name}-check`, type: 'step.validate', config: { expression: `not (${skipped(name)})` } }] : [];
  const call: PlainStep = {
    name,
    type: 'step.http_call',
    ...(typeof seconds === 'number' ? { timeout: `${seconds}s` } : {}),
    ...(retries > 0 ? { retry: { max_attempts: retries + 1, backoff: 'fixed', initial_delay: delay ? String(toJson(delay.node)) : '1s' } } : {}),
    ...(failure ? { on_error: 'skip' } : {}),
    config: {
      url,
      method,
      ...(Object.keys(headers).length > 0 ? { headers } : {}),
      ...(service.config.authType === 'basic'
        ? { basic_auth: { username: String(service.config.username ?? ''), password: String(service.config.password ?? '') } }
        : {}),
      ...(bodyless ? (Object.keys(rest).length > 0 ? { query: rest } : {}) : { body: rest }),
    },
  };
  return [call, ...failure, ...stop, ...success];
}

function authorization(config: JsonObject): JsonObject {
  if (config.authType === 'bearer' && typeof config.token === 'string') return { Authorization: `Bearer ${config.token}` };
  return {};
}

/** `${data.x}` and `${step.x}` in the platform's words; `data` alone too. */
function inPlatformWords(text: string, names: ReadonlySet<string>): string {
  return text.replace(/\$\{\s*([A-Za-z_][\w-]*)((?:\.[\w-]+)*)\s*\}/g, (whole, head: string, rest: string) => {
    if (head === 'data') return `\${ steps.${INPUT}.body${rest} }`;
    return names.has(head) && rest !== '' ? `\${ steps.${head}${rest} }` : whole;
  });
}

function pathValue(value: unknown, key: string): string {
  const text = typeof value === 'string' ? value : `\${ steps.${INPUT}.body.${key} }`;
  const expression = /^\$\{\s*([^{}]+?)\s*\}$/.exec(text);
  return expression ? `{{ urlEncode .${expression[1]} }}` : text;
}

function mapTexts(value: JsonObject, change: (text: string) => string): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, typeof item === 'string' ? change(item) : isJsonObject(item) ? mapTexts(item, change) : item]),
  );
}

/** An object literal whose values are paths and conditions: `{ "amount": data.total, "to": a.x || b.y }`. */
function transformed(checker: Checker, place: Place, names: ReadonlySet<string>): JsonObject | undefined {
  const text = checker.text(place, 'transform');
  if (text === undefined) return undefined;
  const inside = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1];
  const lines = inside?.split(/,\s*(?=["'\w][\w"'-]*\s*:)/).map((line) => line.trim().replace(/,$/, '')) ?? [];
  const out: JsonObject = {};
  for (const line of lines.filter((each) => each !== '')) {
    const [, key, expression] = /^["']?([\w-]+)["']?\s*:\s*([\s\S]+)$/.exec(line) ?? [];
    if (key === undefined || expression === undefined) {
      checker.error('invalid_value', `"${line.slice(0, 60)}" is not a field of the transform.`, place, 'Write { "name": data.field, … }.');
      return undefined;
    }
    const words = expression
      .replace(/(?<![\w.-])([A-Za-z_][\w-]*)((?:\.[\w-]+)+)/g, (whole, head: string, rest: string) => {
        if (head === 'data') return `steps.${INPUT}.body${rest}`;
        return names.has(head) ? `steps.${head}${rest}` : whole;
      })
      .trim();
    out[key] = `\${ ${alternatives(words)} }`;
  }
  return out;
}

/** `a || b` is the first that is there; the language's own `||` gives a truth value. */
function alternatives(expression: string): string {
  const parts = expression.split('||').map((part) => part.trim());
  return parts.reduceRight((rest, part) => (rest === '' ? part : `has(${part}) ? ${part} : ${rest}`), '');
}

/** A handler for what comes out of a step hears it as an event of its name; where there is none, others may listen. */
function handed(app: Application, place: Place | undefined, kind: 'failure' | 'success', step: string): PlainStep[] {
  const target = place && app.checker.text(place, kind);
  if (!place || target === undefined) return [];
  if (app.modules.get(target) || app.pipelineNames.has(target)) {
    const pipeline = messageTarget(app, place, kind);
    if (pipeline !== undefined) subscribe(app, { topic: target, pipeline });
  } else {
    const message = `No module and no pipeline is named "${target}": the event ${target} is published instead.`;
    app.checker.warn(
      'no_effect_here',
      message,
      place,
      didYouMean(target, app.modules.names(), `Write a pipeline named ${target}, or one that listens to that event.`),
    );
  }
  const payload = { step, output: { _from: `steps.${step}` } };
  return [{ name: `${step}-${kind}`, type: 'step.publish', if: `${kind === 'failure' ? '' : 'not '}${skipped(step)}`, config: { topic: target, payload } }];
}

function skipped(step: string): string {
  return `steps.${step}._skipped == true`;
}
