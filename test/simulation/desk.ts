/**
 * One execution under its plan: virtual clock, counterparts with moods, a runtime that dies after commits, messages
 * that are lost, doubled and late, people who cancel and resume. Everything is rolled from the plan's seed.
 */
import type { Definition, Pipeline } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { Command } from '#engine/commands';
import { decide } from '#engine/decide';
import { fold } from '#engine/evolve';
import { attemptId, type ExecutionState, hasEnded, initialState, isStarted } from '#engine/state';
import { localName } from '#engine/strands';
import type { World } from '#engine/turn';
import { isIdle, wakeAt } from '#engine/wake';
import { definitionOf, deskContext, freeze, START } from '../unit/engine/simulation.ts';
import { Counterpart } from './counterpart.ts';
import { evaluator } from './evaluator.ts';
import type { Plan } from './generate.ts';
import { Dice } from './random.ts';
import { checkInput, checkTurn } from './turn.ts';
import { holds } from './violation.ts';

/** Turns and virtual time after which a run counts as endless. */
const MAX_TURNS = 20_000;
const MAX_MS = 400 * 24 * 3_600_000;
const ADMISSION = { max: 1, on_conflict: 'queue' as const, priority: 0 };
/** How soon the runtime looks after attempts that it has lost. */
const LEASE_MS = 10_000;

export interface Run {
  plan: Plan;
  log: LogEvent[];
  state: ExecutionState;
  counterpart: Counterpart;
  /** What it ran on, in order. */
  definitions: Definition[];
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

type Asked<C extends Command = Command> = C extends unknown ? Omit<C, 'now' | 'random'> : never;

export class Desk implements Run {
  readonly log: LogEvent[] = [];
  state: ExecutionState = initialState;
  readonly counterpart: Counterpart;
  readonly definitions: Definition[];
  readonly trouble: { [kind: string]: number } = {};
  readonly #dice: Dice;
  #world: World;
  readonly #orders: Plan['orders'];
  readonly #words: NonNullable<Plan['gate']>;
  #now = START;
  #flights: Flight[] = [];
  #crashes = 0;
  #resumes = 0;
  #resumeAt: number | undefined;
  #goOnAt: number | undefined;
  #recoverAt: number | undefined;
  /** Lease of each attempt's id: where the log says it began. */
  readonly #leases = new Map<string, number>();
  readonly #runs = new Map<string, number>();
  /** Operation (side and run of a step) by the key that it went out with. */
  readonly #owners = new Map<string, string>();

  /** `strict`: states and events are deep-frozen, so that whoever writes to one throws. */
  constructor(
    readonly plan: Plan,
    private readonly strict: boolean,
  ) {
    this.#dice = new Dice(plan.seed, 1);
    this.counterpart = new Counterpart(new Dice(plan.seed, 2));
    this.#world = { definition: definitionOf(plan.pipeline), evaluator, context: deskContext };
    this.definitions = [this.#world.definition];
    this.#orders = [...plan.orders];
    this.#words = [...(plan.gate ?? [])];
  }

  /** To the end, and past it until nothing is on its way any more. */
  run(): this {
    this.#submit(this.#start());
    if (this.#roll('doubled start', this.plan.chaos.double)) this.#submit(this.#start());
    for (let turns = 0; this.#next(); turns++) {
      holds(turns < MAX_TURNS && this.#now < START + MAX_MS, 'every started execution ends: this one goes on and on');
      if (this.#roll('needless command', this.plan.chaos.poke)) this.#submit({ type: this.#dice.pick(['tick', 'proceed'] as const) });
    }
    holds(hasEnded(this.state), 'every started execution ends: this one stands still');
    this.plan.letters.forEach((action, i) => {
      this.#submit(
        action === 'replayed' ? { type: 'dead_letter', action, execution_id: `exec_${i}`, by: 'key:1' } : { type: 'dead_letter', action, by: 'key:2' },
      );
    });
    return this;
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
      trigger: 'manual' as const,
      trigger_data: { seed: this.plan.seed },
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      ...(this.plan.gate ? { admission: ADMISSION } : {}),
    };
    return { type: 'start', execution_id: 'exec_sim', run: !this.plan.answeredAtOnce, request };
  }

  /** Does what comes next on the clock; false when nothing will ever come. */
  #next(): boolean {
    const { state } = this;
    const alive = isStarted(state) && !hasEnded(state);
    if (alive) {
      const lost = this.#lost();
      if (lost.length > 0) this.#recoverAt ??= this.#now + LEASE_MS;
    }
    if (this.#resumeAt === undefined && this.#resumes < this.plan.resumes && state.phase.kind === 'failed' && state.phase.saga) {
      this.#resumeAt = this.#now + this.#dice.int(0, 100_000);
    }
    this.#flights.sort((a, b) => a.due - b.due);
    const wake = alive ? (isIdle(state) ? this.#now : wakeAt(state)) : undefined;
    const choices: { at: number; act: () => void }[] = [];
    const may = (at: number | undefined, act: () => void) => at !== undefined && choices.push({ at: Math.max(at, this.#now), act });
    may(this.#orders[0] && START + this.#orders[0].at, () => this.#order(this.#orders.shift()!.type));
    may(this.#flights[0]?.due, () => this.#deliver(this.#flights.shift()!));
    may(this.#words[0] && START + this.#words[0].at, () =>
      this.#submit({ type: 'admission', answer: this.#words.shift()!.answer, run: this.#dice.chance(0.5) }),
    );
    may(this.#recoverAt, () => this.#recover());
    may(this.#resumeAt, () => this.#resume());
    if (alive && state.paused) this.#goOnAt ??= this.#now + this.#dice.int(0, 100_000);
    may(this.#goOnAt, () => this.#goOn());
    may(wake, () => {
      // Alarms come late at times.
      if (this.#dice.chance(0.05)) this.#now += this.#dice.int(1, 3000);
      if (this.#roll('migrate', 0.02)) this.#migrate();
      this.#submit({ type: 'tick' });
    });
    if (choices.length === 0) return false;
    const soonest = Math.min(...choices.map((choice) => choice.at));
    const { at, act } = this.#dice.pick(choices.filter((choice) => choice.at === soonest));
    this.#now = at;
    act();
    return true;
  }

  // --- turns ----------------------------------------------------------------------------------

  #submit(asked: Asked): void {
    const command = { ...asked, now: this.#now, random: this.#dice.next() } as Command;
    const before = this.state;
    const decision = decide(before, command, this.#world);
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
    const { chaos, pipeline } = this.plan;
    checkInput(pipeline, effect);
    const id = attemptId(effect.step, effect.phase);
    const operation = `${operationOf(pipeline, effect)} #${this.#runs.get(effect.step)}`;
    const owner = this.#owners.get(effect.idempotency_key) ?? operation;
    this.#owners.set(effect.idempotency_key, owner);
    holds(
      owner === operation || hasOwnKey(pipeline, effect),
      `a key that nobody gave belongs to one operation: ${effect.idempotency_key} of ${owner}, ${operation}`,
    );
    const { outcome, ms } = this.counterpart.call(effect, operation, this.#now);
    const flight: Flight = { effect, lease: this.#leases.get(id)!, due: this.#now + ms, outcome };
    if (this.#roll('lost outcome', chaos.lose)) return;
    if (this.#roll('late outcome', chaos.delay)) flight.due += this.#dice.int(1, 60_000);
    this.#flights.push(flight);
    if (this.#roll('doubled outcome', chaos.double)) this.#flights.push({ ...flight, due: flight.due + this.#dice.int(0, 20_000) });
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

  /** A pause ends some time, whoever ended it before. */
  #goOn(): void {
    this.#goOnAt = undefined;
    this.#order('resume');
  }

  #order(type: 'cancel' | 'resume' | 'pause'): void {
    this.#count(type);
    if (type !== 'cancel') this.#submit({ type, by: 'key:2' });
    else this.#submit({ type, by: 'key:1', ...(this.#dice.chance(0.5) ? { reason: 'customer asked' } : {}) });
  }

  /** To a version that says the same. */
  #migrate(): void {
    const hash = String(this.definitions.length).padStart(64, '0');
    const definition = { ...this.#world.definition, hash };
    this.#submit({ type: 'migrate', by: 'key:3', version: this.definitions.length + 1, definition });
    if (!isStarted(this.state) || this.state.facts.definition !== hash) return;
    this.definitions.push(definition);
    this.#world = { ...this.#world, definition };
  }

  #resume(): void {
    this.#resumeAt = undefined;
    this.#resumes++;
    this.counterpart.mended = this.#dice.chance(0.6);
    this.#order('resume');
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

/** A single step that a block tries again is one operation, whichever try it is. */
function operationOf(pipeline: Pipeline, { step, phase }: PerformEffect): string {
  const parts = step.split('/');
  const index = pipeline.nodes.findIndex((each) => each.name === localName(step));
  const tried = pipeline.nodes.some(
    (each) => each.kind === 'block' && each.plan.kind === 'retry' && each.lanes[0]!.from === index && each.lanes[0]!.to === index + 1,
  );
  if (tried && phase === 'run') parts.splice(-2, 1, 'try');
  return attemptId(parts.join('/'), phase);
}

/** The definition names the key, so that several operations may share it. */
function hasOwnKey(pipeline: Pipeline, { step, phase }: PerformEffect): boolean {
  const node = pipeline.nodes.find((each) => each.name === localName(step));
  return node?.kind === 'activity' && (phase === 'run' ? node : node.compensate)?.idempotency_key !== undefined;
}
