/**
 * The body of a step that is made of steps: its plan and its lanes. The spellings are the dialect's: branches by name or
 * in a list, a single step or several.
 */
import type { BlockNode, BlockPlan, ErrorStrategy, Lane, RetryPolicy } from '#contracts/definition';
import type { BlockKind } from '#contracts/events';
import type { Json } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { StepFacts } from '#contracts/step';
import { eachText } from '#language/check-config';
import { checkCondition, checkPath, checkTemplate } from '#language/check-text';
import type { Checker, Place } from '#language/checker';
import { breaker, breakerLimits } from '#language/compile-breaker';
import { choiceOf, target } from '#language/compile-conditional';
import { positive, retry } from '#language/compile-policy';
import { parsePath } from '#language/path';
import type { PipelineScope } from '#language/pipeline-scope';
import { schemaShape } from '#language/schema-facts';
import { type MapNode, type SourceNode, toJson } from '#language/source';
import { isDynamic } from '#language/templates/lexer';

type Body = Pick<BlockNode, 'plan' | 'lanes' | 'transient'>;

/** A lane has no slash: it becomes part of the names of its steps. A branch is any value written as text. */
const LANE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;
const VARIABLE = /^[A-Za-z_]\w{0,99}$/;
/** Roots of the context, which a variable must not hide. */
const ROOTS = ['trigger', 'steps', 'meta'];
const MAX_RETRIES = 99;
const MAX_DELAY_MS = 24 * 3_600_000;
/** Without a policy. */
const ONCE: RetryPolicy = { max_attempts: 1, backoff: 'fixed', initial_delay_ms: 0, max_delay_ms: 0, jitter: false };

export function compileBlock(checker: Checker, kind: BlockKind, facts: StepFacts, place: Place, map: MapNode, scope: PipelineScope): Body | undefined {
  const shape = schemaShape(facts.schema) ?? {};
  checker.keys(map, place.path, new Set(Object.keys(shape)), `config of a ${facts.type}`);
  const block = new BlockReader(checker, place, map, scope, kind);
  if (kind === 'retry' && Object.hasOwn(shape, 'retry')) return block.resilient();
  switch (kind) {
    case 'parallel':
      return block.parallel();
    case 'foreach':
      return block.foreach();
    case 'branch':
      return block.branch();
    case 'while':
      return block.loop();
    case 'retry':
      return facts.guards === 'within' ? block.guarded() : block.retry();
    default: {
      const never: never = kind;
      return never;
    }
  }
}

class BlockReader {
  constructor(
    private readonly checker: Checker,
    private readonly place: Place,
    private readonly map: MapNode,
    private readonly scope: PipelineScope,
    private readonly kind: BlockKind,
  ) {}

  parallel(): Body {
    const steps = this.at('steps');
    const branches = this.at('branches');
    if (steps && branches) this.either(branches, 'steps', 'branches');
    else if (!steps && !branches)
      this.missing('steps', 'A parallel step needs steps, or branches.', 'Write branches: [{name: stock, steps: […]}, {name: price, steps: […]}].');
    const lanes = steps ? this.singles(steps) : branches ? this.branches(branches) : [];
    const wait = this.wait(lanes.length);
    const errors = this.errors();
    const strategy = this.at('error_strategy');
    if (wait !== 'all' && strategy) {
      const message = '"error_strategy" has no effect here: with "wait" the step fails when too few branches can still complete.';
      this.checker.report.warn('no_effect', message, strategy.path, strategy.keyRange, 'Take it out.');
    }
    return { plan: { kind: 'parallel', wait, errors }, lanes };
  }

  foreach(): Body | undefined {
    const collection = this.at('collection');
    if (!collection) this.missing('collection', 'A foreach needs a collection.', 'For example: collection: trigger.items');
    const items = collection && this.value(collection);
    const item = this.variable('item_var') ?? 'item';
    const index = this.variable('index_var') ?? 'index';
    const concurrency = this.at('concurrency');
    if (concurrency?.node.kind === 'scalar' && concurrency.node.value === 0) {
      this.checker.error('invalid_value', 'With a concurrency of 0 nothing would run.', concurrency, 'Leave it out, or write 1, for one item after the other.');
    }
    const many = concurrency && this.whole(concurrency, 'concurrency', 0, LIMITS.foreachConcurrency);
    const plan: BlockPlan = { kind: 'foreach', items: items ?? null, item, index, concurrency: many || 1, errors: this.errors() };
    return { plan, lanes: this.body('each') };
  }

  branch(): Body | undefined {
    const branches = this.at('branches');
    const fallback = this.at('default');
    const merge = this.at('merge_step');
    if (!branches) this.missing('branches', 'A branch needs branches.', 'Write branches: {gold: [{name: …, type: …}]}.');
    const lanes: Lane[] = [];
    const routes: { [value: string]: number } = {};
    const map = branches && this.checker.map(branches, 'branches');
    if (map?.entries.size === 0)
      this.checker.error('missing_key', 'A branch needs at least one way.', branches!, 'Write {when: "…", steps: […]} for each way.');
    for (const entry of map?.entries.values() ?? []) {
      const at: Place = { node: entry.value, path: `${branches!.path}.${entry.key}`, keyRange: entry.keyRange };
      routes[entry.key] = lanes.length;
      lanes.push(this.lane(laneNameOf(entry.key, lanes), at));
    }
    let other: number | undefined;
    if (fallback) {
      other = lanes.length;
      lanes.push(this.lane(laneNameOf('default', lanes), fallback));
    }
    const choice = choiceOf(this.checker, this.place, this.map, this.scope);
    const next = merge && target(this.checker, merge, this.scope);
    if (!choice) return undefined;
    const plan: BlockPlan = {
      kind: 'branch',
      ...choice,
      routes,
      ...(other === undefined ? {} : { default: other }),
      ...(next === undefined ? {} : { merge: next }),
    };
    return { plan, lanes };
  }

  loop(): Body | undefined {
    const condition = this.at('condition');
    if (!condition) this.missing('condition', 'A loop needs a condition.', 'For example: condition: steps.ask.status != "done"');
    // The condition sees what the steps of the loop gave the last time round.
    const lanes = this.body('round');
    const source = condition && checkCondition(this.checker, condition, this.scope.steps);
    const bound = this.at('max_iterations');
    const max = (bound && this.whole(bound, 'max_iterations', 1, LIMITS.loopRounds)) ?? 1000;
    const variable = this.variable('iteration_var');
    const gather = this.at('accumulate');
    const collect = gather && this.accumulate(gather);
    if (source === undefined) return undefined;
    const plan: BlockPlan = { kind: 'while', condition: source, max, ...(variable === undefined ? {} : { variable }), ...(collect ? { collect } : {}) };
    return { plan, lanes };
  }

  /**
   * As tries of a step would be: by its policy, each call behind the breaker and within the time. An open breaker is no
   * reason to wait where something else can run instead.
   */
  resilient(): Body {
    const { checker, scope } = this;
    const tries = this.at('retry');
    const guard = this.at('circuit_breaker');
    const timeout = this.at('timeout');
    const fallback = this.at('fallback');
    const timeout_ms = timeout && positive(checker, timeout, 'timeout', LIMITS.maxStepTimeoutMs);
    if (!tries && !guard && !timeout && !fallback) {
      const message = 'The step adds nothing to its steps: no retry, circuit_breaker, timeout or fallback.';
      checker.report.warn('no_effect', message, this.place.path, this.place.keyRange, 'Take it out, or give the steps within the block what it says.');
    }
    const policy = retry(checker, tries) ?? ONCE;
    const limits = breaker(checker, guard, scope.steps);
    const within = { ...scope, retry: undefined, ...(limits ? { breaker: limits } : {}), ...(timeout_ms ? { timeout_ms } : {}) };
    const lanes = this.body('try', within);
    if (fallback) lanes.push(this.lane('fallback', fallback));
    const never = fallback ? { give_up_on: [...(policy.give_up_on ?? []), 'circuit_open'] } : {};
    return { plan: { kind: 'retry', policy: { ...policy, ...never } }, lanes, transient: true };
  }

  retry(): Body {
    const retries = this.at('max_retries');
    const initial = this.at('initial_delay');
    const longest = this.at('max_delay');
    const factor = this.at('multiplier');
    const initialMs = (initial && this.checker.duration(initial, 'initial_delay', MAX_DELAY_MS)) ?? 1000;
    const longestMs = (longest && this.checker.duration(longest, 'max_delay', MAX_DELAY_MS)) ?? Math.max(30_000, initialMs);
    if (longestMs < initialMs)
      this.checker.error('invalid_value', 'max_delay is shorter than initial_delay.', longest!, 'Raise max_delay, or lower initial_delay.');
    const more = (retries && this.whole(retries, 'max_retries', 0, MAX_RETRIES)) ?? 3;
    const fallback = this.at('fallback');
    const lanes = this.body('try');
    if (fallback) lanes.push(this.lane('fallback', fallback));
    const policy = {
      max_attempts: more + 1,
      backoff: 'exponential' as const,
      initial_delay_ms: initialMs,
      max_delay_ms: longestMs,
      multiplier: (factor && this.factor(factor)) ?? 2,
      jitter: true,
    };
    return { plan: { kind: 'retry', policy }, lanes };
  }

  /** One try, behind a breaker; the fallback is for calls that it holds back, and for nothing else. */
  guarded(): Body {
    const { checker, place, map, scope } = this;
    const breaker = breakerLimits(checker, place, map);
    const fallback = this.at('fallback');
    const lanes = this.body('try', { ...scope, breaker });
    if (fallback) lanes.push(this.lane('fallback', fallback));
    return { plan: { kind: 'retry', policy: ONCE, fallback_on: ['circuit_open'] }, lanes };
  }

  // --- lanes ----------------------------------------------------------------------------------

  /** `step` or `steps`. */
  private body(name: string, scope = this.scope): Lane[] {
    const step = this.at('step');
    const steps = this.at('steps');
    if (step && steps) this.either(steps, 'step', 'steps');
    if (!step && !steps) {
      this.missing('steps', 'The step has no steps of its own.', 'Write step: for a single one, or steps: for several.');
      return [];
    }
    return [this.lane(name, step ?? steps!, scope)];
  }

  /** Several steps in order, or a single one. */
  private lane(name: string, place: Place, scope = this.scope): Lane {
    const single = place.node.kind === 'map';
    const items = single ? [place.node] : (this.checker.list(place, 'The steps') ?? []);
    if (items.length === 0)
      this.checker.report.error(
        'missing_key',
        'There are no steps here.',
        place.path,
        place.keyRange,
        'Write at least one: - {name: first, type: step.set, config: {values: {}}}.',
      );
    const unnamed = (index: number) => (single ? 'step' : `step-${index + 1}`);
    return { name, ...this.scope.lane(place, items, this.kind, scope, unnamed) };
  }

  /** Each step is a branch of its own. */
  private singles(place: Place): Lane[] {
    const items = this.checker.list(place, 'steps') ?? [];
    if (items.length === 0)
      this.checker.report.error(
        'missing_key',
        'A parallel step needs at least one branch.',
        place.path,
        place.keyRange,
        'Write - {name: first, steps: […]} for each branch.',
      );
    const taken = new Set<string>();
    return items.flatMap((node, index) => this.single({ node, path: `${place.path}[${index}]`, keyRange: place.keyRange }, taken) ?? []);
  }

  private single(place: Place, taken: Set<string>): Lane | undefined {
    const name = this.nameIn(place);
    if (name === undefined) return undefined;
    this.free(name.text, name.place, taken);
    return { name: name.text, ...this.scope.lane(place, [place.node], this.kind, this.scope), single: true };
  }

  private branches(place: Place): Lane[] {
    const taken = new Set<string>();
    if (place.node.kind === 'seq') {
      return place.node.items.flatMap((node, index) => this.listed({ node, path: `${place.path}[${index}]`, keyRange: place.keyRange }, index, taken) ?? []);
    }
    const map = this.checker.map(place, 'branches');
    if (map?.entries.size === 0)
      this.checker.error('missing_key', 'A parallel step needs at least one branch.', place, 'Write first: [{name: …, type: …}] for each branch.');
    return [...(map?.entries.values() ?? [])].map((entry) => {
      const at: Place = { node: entry.value, path: `${place.path}.${entry.key}`, keyRange: entry.keyRange };
      if (!LANE_NAME.test(entry.key)) this.badName(entry.key, { path: at.path, node: at.node });
      return this.lane(entry.key, at);
    });
  }

  /** `{name, steps}`, a single step, or a list of steps. */
  private listed(place: Place, index: number, taken: Set<string>): Lane | undefined {
    const { node } = place;
    if (node.kind === 'seq') return this.lane(`branch-${index + 1}`, place);
    if (node.kind === 'map' && !node.entries.has('type')) {
      this.checker.keys(node, place.path, new Set(['name', 'steps']), 'a branch');
      const name = this.nameIn(place);
      const steps = this.checker.given(node, place.path, 'steps');
      if (!steps) this.checker.error('missing_key', 'A branch needs steps.', place, 'Write steps: with a list of steps.');
      if (!name || !steps) return undefined;
      this.free(name.text, name.place, taken);
      return this.lane(name.text, steps);
    }
    return this.single(place, taken);
  }

  private nameIn(place: Place): { text: string; place: Place } | undefined {
    const map = this.checker.map(place, 'A branch');
    const at = map && this.checker.given(map, place.path, 'name');
    const text = at && this.checker.text(at, 'name');
    if (map && !at)
      this.checker.error('missing_key', 'A branch needs a name.', place, 'Write name: and a word, which stands for its result in steps.<block>.results.');
    return at && text !== undefined ? { text, place: at } : undefined;
  }

  private free(name: string, place: Place, taken: Set<string>): void {
    if (!LANE_NAME.test(name)) this.badName(name, place);
    if (taken.has(name)) this.checker.error('duplicate_name', `A branch named "${name}" exists already.`, place, `Write another, such as ${name}-2.`);
    taken.add(name);
  }

  private badName(name: string, place: { path: string; node: SourceNode }): void {
    this.checker.error(
      'invalid_name',
      `"${name}" is not a name of a branch: letters, digits, "-", "_" and "." up to 100 characters.`,
      place,
      'Write a word such as fast-lane.',
    );
  }

  // --- settings -------------------------------------------------------------------------------

  private wait(lanes: number): 'all' | number {
    const place = this.at('wait');
    if (!place) return 'all';
    const value = place.node.kind === 'scalar' ? place.node.value : undefined;
    if (value === 'all') return 'all';
    if (value === 'any') return 1;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= Math.max(lanes, 1)) return value === lanes ? 'all' : value;
    this.checker.error(
      'invalid_value',
      `wait is all, any, or how many of the ${lanes} branches must complete.`,
      place,
      `Write wait: all, wait: any, or a number from 1 to ${lanes}.`,
    );
    return 'all';
  }

  private errors(): ErrorStrategy {
    const place = this.at('error_strategy');
    return (place && this.checker.choice(place, 'error_strategy', ['fail_fast', 'collect_errors'] as const)) ?? 'fail_fast';
  }

  private variable(key: string): string | undefined {
    const place = this.at(key);
    const name = place && this.checker.text(place, key);
    if (!place || name === undefined) return undefined;
    if (!VARIABLE.test(name))
      this.checker.error(
        'invalid_name',
        `"${name}" is not a name of a variable: letters, digits and "_".`,
        place,
        `Write ${name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)|^$/, 'item')}.`,
      );
    else if (ROOTS.includes(name))
      this.checker.error('invalid_name', `A variable cannot be named "${name}": that is something else already.`, place, `Write another, such as the_${name}.`);
    return name;
  }

  private accumulate(place: Place): { key: string; from: Json } | undefined {
    const map = this.checker.map(place, 'accumulate');
    if (!map) return undefined;
    this.checker.keys(map, place.path, new Set(['key', 'from']), 'accumulate');
    const key = this.checker.given(map, place.path, 'key');
    const from = this.checker.given(map, place.path, 'from');
    if (!key || !from)
      this.checker.error('missing_key', 'accumulate needs key and from.', place, 'Write accumulate: {key: total, from: steps.<step>.<field>}.');
    const text = key && this.checker.text(key, 'key');
    const value = from && this.value(from);
    return text === undefined || value === undefined ? undefined : { key: text, from: value };
  }

  /** A path, a template, or the value itself. */
  private value(place: Place): Json {
    eachText(place.node, place.path, (node, path) => {
      const text = String(node.value);
      const { secrets } = checkTemplate(this.checker, { path, node }, this.scope.steps);
      if (secrets.length > 0)
        this.checker.warn(
          'secret_not_resolved',
          `\${${secrets[0]}} stays as it stands: it would be written to the log.`,
          { path, node },
          'Give it to the step that needs it: a secret is filled in where the call goes out.',
        );
      if (node !== place.node || isDynamic(text)) return;
      const keys = parsePath(text);
      if (keys) checkPath(this.checker, { path, node }, keys, this.scope.steps);
      else
        this.checker.error(
          'invalid_path',
          `"${text}" is not a path such as steps.name.field.`,
          { path, node },
          'Write steps.<step>.<field>, trigger.body.items or another path of the context.',
        );
    });
    if (this.kind === 'foreach' && place.node.kind !== 'seq' && !(place.node.kind === 'scalar' && typeof place.node.value === 'string')) {
      this.checker.error(
        'invalid_type',
        'The collection is a path, a template, or a list.',
        place,
        'Write collection: steps.load.rows, collection: "{{ .items }}", or a list.',
      );
    }
    return toJson(place.node) as Json;
  }

  private factor(place: Place): number | undefined {
    const value = place.node.kind === 'scalar' ? place.node.value : undefined;
    if (typeof value === 'number' && value >= 1 && value <= 100) return value;
    this.checker.error('invalid_value', 'multiplier must be a number from 1 to 100.', place, 'Write multiplier: 2.');
    return undefined;
  }

  private whole(place: Place, what: string, min: number, max: number): number | undefined {
    return this.checker.whole(place, what, min, max);
  }

  private at(key: string): Place | undefined {
    return this.checker.given(this.map, this.place.path, key);
  }

  private missing(key: string, message: string, hint: string): void {
    const known = new Set([...this.map.entries.keys()]);
    if (known.has(key)) return;
    this.checker.report.error('missing_key', message, `${this.place.path}.${key}`, this.place.keyRange, hint);
  }

  private either(second: Place, one: string, other: string): void {
    this.checker.report.error(
      'invalid_value',
      `Either "${one}" or "${other}": one of them.`,
      second.path,
      second.keyRange,
      `Take "${second.path.split('.').at(-1)}" out, or the other.`,
    );
  }
}

/** The value that leads there, or, where that cannot be part of a name, its place. */
function laneNameOf(value: string, lanes: readonly Lane[]): string {
  const name = LANE_NAME.test(value) ? value : `way-${lanes.length + 1}`;
  return lanes.some((lane) => lane.name === name) ? `${name}-${lanes.length + 1}` : name;
}
