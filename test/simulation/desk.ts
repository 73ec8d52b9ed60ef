/**
 * One execution under its plan: counterparts with moods, a runtime that dies after commits, messages that are lost,
 * doubled and late; people (`people.ts`) who cancel, steer and resume. Everything is rolled from the plan's seed; the clock and the
 * executions that it calls are the stage's.
 */
import type { Definition, Pipeline } from '#contracts/definition';
import type { LogEvent, Parent } from '#contracts/events';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { Command } from '#engine/commands';
import { decide } from '#engine/decide';
import { fold } from '#engine/evolve';
import { attemptId, type ExecutionState, initialState, isStarted, type StartedState } from '#engine/state';
import { hasEnded } from '#engine/status';
import type { World } from '#engine/turn';
import { isIdle, wakeAt } from '#engine/wake';
import { definitionOf, deskContext, freeze, START } from '../unit/engine/simulation.ts';
import { type Answer, Counterpart } from './counterpart.ts';
import { CALL } from './definition.ts';
import { evaluator } from './evaluator.ts';
import { hasOwnKey, operationOf } from './operations.ts';
import { type Asked, type Choice, People } from './people.ts';
import type { Plan } from './plan.ts';
import { Dice } from './random.ts';
import { checkInput, checkTurn } from './turn.ts';
import { holds } from './violation.ts';

const ADMISSION = { max: 1, on_conflict: 'queue' as const, priority: 0 };
/** How soon the runtime looks after attempts that it has lost. */
const LEASE_MS = 10_000;

/** What the stage does for its executions. */
export interface Links {
  clock: { now: number };
  /** A call has gone out: what the attempt comes to. */
  call(caller: Desk, effect: PerformEffect): StepOutcome;
}

export interface Run {
  id: string;
  plan: Plan;
  log: LogEvent[];
  state: ExecutionState;
  counterpart: Counterpart;
  /** What it ran on, in order. */
  definitions: Definition[];
  /** Effects that went out. */
  performed: number;
  /** How often each kind of trouble happened. */
  trouble: { [kind: string]: number };
}

/** An outcome on its way back. `lease` is the sequence number of the event that began its attempt. */
interface Flight {
  effect: PerformEffect;
  lease: number;
  due: number;
  outcome: StepOutcome;
}

export class Desk implements Run {
  readonly log: LogEvent[] = [];
  state: ExecutionState = initialState;
  readonly counterpart: Counterpart;
  readonly people: People;
  readonly definitions: Definition[];
  performed = 0;
  readonly trouble: { [kind: string]: number } = {};
  readonly #dice: Dice;
  #world: World;
  readonly #words: NonNullable<Plan['gate']>;
  #flights: Flight[] = [];
  #crashes = 0;
  #resumes = 0;
  #resumeAt: number | undefined;
  #recoverAt: number | undefined;
  /** Lease of each attempt's id: where the log says it began. */
  readonly #leases = new Map<string, number>();
  readonly #runs = new Map<string, number>();
  /** Operation (side and run of a step) by the key that it went out with. */
  readonly #owners = new Map<string, string>();

  /** `strict`: states and events are deep-frozen, so that whoever writes to one throws. */
  constructor(
    readonly id: string,
    readonly plan: Plan,
    private readonly strict: boolean,
    private readonly links: Links,
    private readonly parent?: Parent,
  ) {
    this.#dice = new Dice(plan.seed, 1);
    this.counterpart = new Counterpart(new Dice(plan.seed, 2));
    this.#world = { definition: definitionOf(plan.pipeline), evaluator, context: deskContext };
    this.definitions = [this.#world.definition];
    this.#words = [...(plan.gate ?? [])];
    this.people = new People(plan, {
      dice: this.#dice,
      now: () => this.#now,
      state: () => this.state,
      submit: (asked) => this.#submit(asked),
      count: (kind) => this.#count(kind),
    });
  }

  begin(): void {
    if (this.parent) this.#count(this.parent.waits ? 'called' : 'called without waiting');
    this.#submit(this.#start());
    if (this.#roll('doubled start', this.plan.chaos.double)) this.#submit(this.#start());
    if (this.plan.keyFor !== undefined) this.#releaseKey();
  }

  /** Once nothing is on its way any more. */
  close(): void {
    holds(hasEnded(this.state), `every started execution ends: ${this.id} stands still`);
    this.plan.letters.forEach((action, i) => {
      this.#submit(
        action === 'replayed' ? { type: 'dead_letter', action, execution_id: `exec_${i}`, by: 'key:1' } : { type: 'dead_letter', action, by: 'key:2' },
      );
    });
    // Once for a key that holds, and once for one that is free.
    for (let times = 0; times < 2; times++) this.#releaseKey();
  }

  #releaseKey(): void {
    const before = this.log.length;
    this.#submit({ type: 'release_key', by: 'key:5' });
    if (this.log.length > before) this.#count('key released');
  }

  #start(): Asked {
    const { hash: definition } = this.#world.definition;
    const names = {
      tenant: 'acme',
      region: 'us',
      workflow: 'shop',
      workflow_id: 'wf_1',
      version: 1,
      environment: 'production',
      pipeline: this.plan.pipeline.name,
    };
    const request = {
      ...names,
      definition,
      trigger: this.parent ? ('workflow' as const) : ('manual' as const),
      trigger_data: { seed: this.plan.seed },
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      ...(this.plan.keyFor === undefined ? {} : { idempotency_key: `key of ${this.id}`, idempotency_ttl_ms: this.plan.keyFor }),
      ...(this.plan.gate ? { admission: ADMISSION } : {}),
      ...(this.plan.mocks ? { mocks: this.plan.mocks } : {}),
      ...(this.parent ? { parent: this.parent } : {}),
    };
    return { type: 'start', execution_id: this.id, run: !this.plan.answeredAtOnce, request };
  }

  get #now(): number {
    return this.links.clock.now;
  }

  get #pipeline(): Pipeline {
    return this.#world.definition.pipelines[this.plan.pipeline.name]!;
  }

  get alive(): StartedState | undefined {
    return isStarted(this.state) && !hasEnded(this.state) ? this.state : undefined;
  }

  /** What may come next on the clock; none when nothing will ever come. */
  choices(): Choice[] {
    const { state, alive } = this;
    if (alive && this.#lost().length > 0) this.#recoverAt ??= this.#now + LEASE_MS;
    if (this.#resumeAt === undefined && this.#resumes < this.plan.resumes && state.phase.kind === 'failed' && state.phase.saga) {
      this.#resumeAt = this.#now + this.#dice.int(0, 100_000);
    }
    this.#flights.sort((a, b) => a.due - b.due);
    const wake = alive ? (isIdle(alive) ? this.#now : wakeAt(alive)) : undefined;
    const choices: Choice[] = [];
    const may = (at: number | undefined, act: () => void) => at !== undefined && choices.push({ at: Math.max(at, this.#now), act });
    may(this.#flights[0]?.due, () => this.#deliver(this.#flights.shift()!));
    may(this.#words[0] && START + this.#words[0].at, () =>
      this.#submit({ type: 'admission', answer: this.#words.shift()!.answer, run: this.#dice.chance(0.5) }),
    );
    may(this.#recoverAt, () => this.#recover());
    may(this.#resumeAt, () => this.#resume());
    may(wake, () => this.#tick());
    return [...choices, ...this.people.choices()];
  }

  /** At times somebody looks when nobody needs it. */
  poke(): void {
    if (this.#roll('needless command', this.plan.chaos.poke)) this.#submit({ type: this.#dice.pick(['tick', 'proceed'] as const) });
  }

  // --- turns ----------------------------------------------------------------------------------

  #submit(asked: Asked): void {
    const command = { ...asked, now: this.#now, random: this.#dice.next() } as Command;
    const before = this.state;
    const decision = decide(before, command, { ...this.#world, board: this.#board() });
    checkTurn(before, command, decision);
    let effects = decision.effects;
    if (decision.events.length > 0) {
      this.log.push(...(this.strict ? freeze(decision.events) : decision.events));
      this.state = this.strict ? freeze(decision.state) : decision.state;
      for (const event of decision.events) this.#note(event);
      const { crash, crashes } = this.plan.chaos;
      if (this.#crashes < crashes && this.#dice.chance(crash)) {
        // It dies before, between or after the effects of the turn.
        const when = this.#dice.pick(['before', 'between', 'after'] as const);
        effects = when === 'before' ? [] : when === 'after' ? effects : effects.filter(() => this.#dice.chance(0.5));
        for (const effect of effects) this.#perform(effect);
        this.#crash();
        return;
      }
    }
    for (const effect of effects) this.#perform(effect);
    if (decision.unfinished) {
      this.#count('turn cut short');
      this.#submit({ type: 'proceed' });
    }
  }

  /** What stands on it now. */
  #board(): World['board'] {
    const { breakpoints, mocks } = this.plan.board;
    const stands = ({ created_at }: { created_at: number }) => created_at <= this.#now;
    return { breakpoints: breakpoints.filter(stands), mocks: mocks.filter(stands) };
  }

  #tick(): void {
    // Alarms come late at times.
    if (this.#dice.chance(0.05)) this.links.clock.now += this.#dice.int(1, 3000);
    if (this.#roll('migrate', this.plan.versions.length > 0 ? 0.2 : 0.02)) this.#migrate();
    this.#submit({ type: 'tick' });
  }

  #note(event: LogEvent): void {
    if (event.type === 'step.started') {
      const { step_name, attempt } = event.data;
      this.#leases.set(attemptId(step_name, 'run'), event.seq);
      if (attempt === 1) this.#runs.set(step_name, (this.#runs.get(step_name) ?? 0) + 1);
    } else if (event.type === 'compensation.started') {
      this.#leases.set(attemptId(event.data.step_name, 'compensate'), event.seq);
    }
  }

  #perform(effect: PerformEffect): void {
    const { chaos } = this.plan;
    const pipeline = this.#pipeline;
    this.performed++;
    checkInput(pipeline, effect, this.log);
    const id = attemptId(effect.step, effect.phase);
    const operation = `${operationOf(pipeline, effect)} #${this.#runs.get(effect.step)}`;
    const owner = this.#owners.get(effect.idempotency_key) ?? operation;
    this.#owners.set(effect.idempotency_key, owner);
    holds(
      owner === operation || hasOwnKey(pipeline, effect),
      `a key that nobody gave belongs to one operation: ${effect.idempotency_key} of ${owner}, ${operation}`,
    );
    const { outcome, ms } = this.#had(effect, operation);
    const flight: Flight = { effect, lease: this.#leases.get(id)!, due: this.#now + ms, outcome };
    if (this.#roll('lost outcome', chaos.lose)) return;
    if (this.#roll('late outcome', chaos.delay)) flight.due += this.#dice.int(1, 60_000);
    this.#flights.push(flight);
    if (this.#roll('doubled outcome', chaos.double)) this.#flights.push({ ...flight, due: flight.due + this.#dice.int(0, 20_000) });
  }

  #had(effect: PerformEffect, operation: string): Answer {
    const answer = this.counterpart.call(effect, operation, this.#now);
    if (effect.type !== CALL || effect.phase !== 'run' || !this.counterpart.ledger.has(effect.idempotency_key)) return answer;
    // What was called runs, whether the caller hears of it or not.
    const outcome = this.links.call(this, effect);
    return answer.outcome.kind === 'failed' ? answer : { ...answer, outcome };
  }

  #deliver({ effect, outcome, lease }: Flight): void {
    const { step, phase, run, attempt } = effect;
    const before = this.log.length;
    const current = this.#leases.get(attemptId(step, phase)) === lease;
    this.#submit({ type: 'outcome', step, phase, run, attempt, outcome });
    if (this.log.length === before) this.#count('stale outcome');
    else holds(current, `an outcome is taken for its own attempt only: ${attemptId(step, phase)}, attempt ${attempt} of an earlier run`);
  }

  // --- trouble --------------------------------------------------------------------------------

  /** A new instance knows only the log. What runs elsewhere (detached) may still report. */
  #crash(): void {
    this.#crashes++;
    this.#count('crash');
    this.#flights = this.#flights.filter(({ effect }) => effect.detached && this.#dice.chance(0.6));
    const stored = JSON.parse(JSON.stringify(this.log)) as LogEvent[];
    this.state = this.strict ? freeze(fold(freeze(stored))) : fold(stored);
    this.#recoverAt = this.#now + this.#dice.int(0, LEASE_MS);
  }

  /** Attempts under way in the log of which no outcome will come. */
  #lost(): string[] {
    if (!isStarted(this.state)) return [];
    const coming = new Set(this.#flights.map(({ effect, lease }) => `${attemptId(effect.step, effect.phase)}@${lease}`));
    return Object.keys(this.state.active).filter((id) => !coming.has(`${id}@${this.#leases.get(id)}`));
  }

  #recover(): void {
    this.#recoverAt = undefined;
    const attempts = this.#lost();
    if (isStarted(this.state)) {
      for (const id of Object.keys(this.state.active)) {
        const detached = this.#flights.some(({ effect }) => effect.detached && attemptId(effect.step, effect.phase) === id);
        if (detached && !attempts.includes(id) && this.#roll('given up too early', this.plan.chaos.suspect)) attempts.push(id);
      }
    }
    if (attempts.length > 0) this.#count('interrupted');
    this.#submit({ type: 'interrupted', attempts: this.#dice.chance(0.1) ? [...attempts, 'nobody'] : attempts });
  }

  // --- moving and mending -----------------------------------------------------------------

  /** To a version that says the same, or to one with other steps in it; what that means, the engine says. */
  #migrate(): void {
    const hash = String(this.definitions.length).padStart(64, '0');
    const { pipeline, versions } = this.plan;
    const same = { ...this.#world.definition, hash };
    const definition = versions.length === 0 ? same : { ...definitionOf(this.#dice.pick([pipeline, ...versions])), hash };
    this.#submit({ type: 'migrate', by: 'key:3', version: this.definitions.length + 1, definition });
    if (!isStarted(this.state) || this.state.facts.definition !== hash) return;
    this.#count(versions.length === 0 ? 'moved' : 'moved to other steps');
    this.definitions.push(definition);
    this.#world = { ...this.#world, definition };
  }

  #resume(): void {
    this.#resumeAt = undefined;
    this.#resumes++;
    this.counterpart.mended = this.#dice.chance(0.6);
    this.people.order('resume', 'key:2');
  }

  #roll(kind: string, probability: number): boolean {
    const happens = this.#dice.chance(probability);
    if (happens) this.#count(kind);
    return happens;
  }

  #count(kind: string): void {
    this.trouble[kind] = (this.trouble[kind] ?? 0) + 1;
  }
}
