/**
 * Chains of modules: a handler, then step modules that depend on it and branch to each other by name. The graph becomes
 * one pipeline.
 *
 * 1. Every module of the chain stands in the pipeline once; a module without a successor goes to the end.
 * 2. The chain sees what came in as `request`, `event` and `order` beside the usual context.
 */
import type { JsonObject } from '#contracts/json';
import type { Mount, PlainStep } from '#contracts/module';
import { type Application, freeName, routeName } from '#language/application';
import { compileSteps } from '#language/compile-pipeline';
import type { TriggerInfo } from '#language/compile-trigger';
import { compileCondition } from '#language/conditions';
import type { Module } from '#language/module-table';
import { stepsAt } from '#language/plain';

/** The pipeline of the chain that begins with the module; `undefined` when no step module follows it. */
export function chainPipeline(app: Application, head: Module, route: Mount | undefined, known: Map<string, string>): string | undefined {
  if (!head.facts?.lower || !successors(app, head).some(isPart)) return undefined;
  const mark = route ? `${route.method} ${route.path} ${head.name}` : head.name;
  const made = known.get(mark);
  if (made !== undefined) return made;
  const name = freeName(app, route ? routeName(route.method, route.path) : head.name);
  known.set(mark, name);
  const steps = new Chain(app, route).from(head);
  const trigger: TriggerInfo = route ? { type: 'http', config: { method: route.method, path: route.path } } : { type: 'manual', config: {} };
  const list = stepsAt(
    head.at,
    steps.map(({ step }) => step),
    steps.map(({ module }) => module.at.keyRange),
  );
  app.pipelines.set(name, compileSteps(app.checker, list, name, trigger, app));
  return name;
}

/** A step type used as a module. */
export function isPart(module: Module): boolean {
  return module.part;
}

function successors(app: Application, module: Module): Module[] {
  return app.modules.all().filter((each) => each.dependsOn.includes(module.name) && (isPart(each) || each.facts?.lower !== undefined));
}

const END = 'chain-end';

/** A step, and the module that it was made for. */
interface Link {
  step: PlainStep;
  module: Module;
}

class Chain {
  readonly #links: Link[] = [];
  readonly #seen = new Set<string>();
  readonly #waiting: Module[] = [];

  constructor(
    private readonly app: Application,
    private readonly route: Mount | undefined,
  ) {}

  from(head: Module): Link[] {
    const whole = { _from: 'trigger' };
    const body = { _from: this.route ? 'trigger.body' : 'trigger.data' };
    this.#add(head, { name: 'chain-input', type: 'step.set', config: { values: { request: whole, event: body, order: body } } });
    this.#seen.add(head.name);
    this.#goOn(head);
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#emit(next);
    this.#add(head, this.#last(head));
    return this.#links;
  }

  #add(module: Module, ...steps: PlainStep[]): void {
    this.#links.push(...steps.map((step) => ({ step, module })));
  }

  #last(head: Module): PlainStep {
    if (this.route) return { name: END, type: 'step.json_response', config: { status: 200, body: { handler: head.name, status: 'success' } } };
    return { name: END, type: 'step.log', config: { level: 'info', message: `${head.name} is done` } };
  }

  #queue(module: Module): void {
    if (this.#seen.has(module.name)) return;
    this.#seen.add(module.name);
    this.#waiting.push(module);
  }

  #emit(module: Module): void {
    if (isPart(module)) {
      this.#part(module);
      return;
    }
    const lowered = module.facts?.lower?.(this.app.modules.use(module, this.route ? 'request' : 'message', this.route));
    const steps = lowered?.steps ?? [];
    const ends = steps.some((step) => this.app.checker.catalogs.steps.get(step.type)?.responds);
    this.#add(module, ...steps.map((step, index) => ({ ...step, name: index === 0 ? module.name : `${module.name}-${index + 1}` })));
    if (steps.length === 0) this.#add(module, { name: module.name, type: 'step.log', config: { level: 'info', message: `passed ${module.name}` } });
    if (!ends) this.#goOn(module);
  }

  /** To the module that follows, or to the end. */
  #goOn(module: Module): void {
    const next = successors(this.app, module).find((each) => each !== module);
    if (next) this.#queue(next);
    const target = next?.name ?? END;
    this.#add(module, { name: `${module.name}-next`, type: 'step.conditional', config: { field: 'meta.pipeline', routes: {}, default: target } });
  }

  #part(module: Module): void {
    if (this.app.checker.catalogs.steps.get(module.type)?.kind !== 'conditional') {
      this.#add(module, { name: module.name, type: module.type, config: module.config });
      this.#goOn(module);
      return;
    }
    const config = this.#choice(module);
    for (const target of [...Object.values((config.routes ?? {}) as JsonObject), config.default]) {
      const next = typeof target === 'string' ? this.app.modules.get(target) : undefined;
      if (next) this.#queue(next);
    }
    this.#add(module, { name: module.name, type: module.type, config });
  }

  /** With both given, the expression chooses where it can be read; `field` is then only its name. */
  #choice(module: Module): JsonObject {
    const { expression, field, ...rest } = module.config;
    const base: JsonObject = { default: END, ...rest };
    if (typeof expression !== 'string' || field === undefined) return { ...base, ...(field === undefined ? { expression: expression ?? null } : { field }) };
    const readable = expression.replace(/\.length\b(?!\s*\()/g, '.length()');
    try {
      compileCondition(readable);
      return { ...base, expression: readable };
    } catch (error) {
      const entry = module.map.entries.get('config')?.value;
      const node = (entry?.kind === 'map' && entry.entries.get('expression')?.value) || module.map;
      const message = `The expression cannot be read here, so the field "${String(field)}" chooses: ${(error as Error).message}`;
      this.app.checker.warn(
        'no_effect_here',
        message,
        { path: `${module.at.path}.config.expression`, node },
        'Write a path such as trigger.body.kind, or {{ .kind }}.',
      );
      return { ...base, field };
    }
  }
}
