/** `workflows.actors`: what the actors of each pool do with a message. Each type of message becomes a pipeline. */
import type { ActorPool } from '#contracts/actor';
import { isJsonObject, type JsonObject } from '#contracts/json';
import { type Application, freeName } from '#language/application';
import type { Place } from '#language/checker';
import { compileSteps } from '#language/compile-pipeline';
import { ACTOR_POOL_KEYS, ACTORS_KEYS, RECEIVE_KEYS } from '#language/dialect';
import type { Module } from '#language/module-table';
import { didYouMean } from '#language/nearest';

const MESSAGE = /^[A-Za-z_][\w.-]{0,99}$/;

export function compileActors(app: Application, section: Place): void {
  const { checker } = app;
  const map = checker.map(section, 'workflows.actors');
  if (!map) return;
  checker.keys(map, section.path, ACTORS_KEYS, 'workflows.actors');
  const pools = checker.given(map, section.path, 'pools');
  const poolMap = pools && checker.map(pools, 'pools');
  for (const entry of poolMap?.entries.values() ?? []) {
    const at: Place = { node: entry.value, path: `${pools!.path}.${entry.key}`, keyRange: entry.keyRange };
    const module = app.modules.get(entry.key);
    if (!module?.facts?.ports.offers.includes('actors')) {
      const known = app.modules.all().filter((each) => each.facts?.ports.offers.includes('actors'));
      const hint = didYouMean(
        entry.key,
        known.map((each) => each.name),
      );
      checker.report.error('unknown_module', `No module of the type actor.pool is named "${entry.key}".`, at.path, at.keyRange, hint);
      continue;
    }
    app.actors[entry.key] = { ...settingsOf(module, recoveryOf(app, module)), receive: receive(app, at, entry.key) };
  }
}

function receive(app: Application, place: Place, pool: string): ActorPool['receive'] {
  const { checker } = app;
  const map = checker.map(place, 'A pool');
  if (map) checker.keys(map, place.path, ACTOR_POOL_KEYS, `pool "${pool}"`);
  const handlers = map && checker.given(map, place.path, 'receive');
  const found: ActorPool['receive'] = {};
  const types = handlers && checker.map(handlers, 'receive');
  for (const entry of types?.entries.values() ?? []) {
    const at: Place = { node: entry.value, path: `${handlers!.path}.${entry.key}`, keyRange: entry.keyRange };
    if (!MESSAGE.test(entry.key)) {
      checker.report.error(
        'invalid_name',
        `"${entry.key}" is not a type of message: letters, digits, "-", "_" and ".".`,
        at.path,
        at.keyRange,
        'Write a word such as order.placed.',
      );
      continue;
    }
    const handler = checker.map(at, `Message "${entry.key}"`);
    if (!handler) continue;
    checker.keys(handler, at.path, RECEIVE_KEYS, `message "${entry.key}"`);
    const steps = checker.given(handler, at.path, 'steps');
    if (!steps) {
      checker.report.error(
        'missing_key',
        `The message "${entry.key}" has no steps.`,
        `${at.path}.steps`,
        at.keyRange,
        `Write ${entry.key}: {steps: [{name: answer, type: step.set, config: {values: {}}}]}.`,
      );
      continue;
    }
    const name = freeName(app, `${pool}.${entry.key}`);
    app.pipelines.set(name, compileSteps(checker, steps, name, { type: 'manual', config: {} }, app, at));
    found[entry.key] = name;
  }
  return found;
}

/** What happens when a handler fails: the pool says it, or its system. */
function recoveryOf(app: Application, module: Module): JsonObject {
  const { system, recovery } = module.settings;
  if (isJsonObject(recovery)) return recovery;
  const use = app.modules.use(module, 'message');
  const found = typeof system === 'string' ? use.module(system) : use.near('actor.system');
  return isJsonObject(found?.settings.defaultRecovery) ? found.settings.defaultRecovery : {};
}

function settingsOf({ settings }: Module, recovery: JsonObject): Omit<ActorPool, 'receive'> {
  const permanent = settings.mode === 'permanent';
  const spread = permanent && (settings.routing === 'round-robin' || settings.routing === 'random');
  const restarts = recovery.action === undefined || recovery.action === 'restart';
  return {
    ...(permanent ? { size: Number(settings.poolSize) } : {}),
    ...(typeof settings.routingKey === 'string' && !spread ? { routing_key: settings.routingKey } : {}),
    retries: restarts && typeof recovery.maxRetries === 'number' ? recovery.maxRetries : 0,
  };
}
