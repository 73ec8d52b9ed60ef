/**
 * An execution and those that it calls, on one clock. Between them go what the runtime sends: a called one tells its end
 * until it was heard, a caller cancels what nobody waits for any more; both late at times, and some of it twice.
 */
import type { PerformEffect, StepOutcome } from '#contracts/step';
import { isCalling, orphans, reportOf, signalOf } from '#engine/calls';
import { isStarted } from '#engine/state';
import { hasEnded } from '#engine/status';
import { START } from '../unit/engine/simulation.ts';
import { Desk, type Links } from './desk.ts';
import { callEnded } from './evaluator.ts';
import type { Choice } from './people.ts';
import { calledPlan, type Plan } from './plan.ts';
import { Dice } from './random.ts';
import { holds } from './violation.ts';

/** Turns and virtual time after which a run counts as endless. */
const MAX_TURNS = 20_000;
const MAX_MS = 400 * 24 * 3_600_000;

export class Stage implements Links {
  readonly clock = { now: START };
  readonly root: Desk;
  /** Called executions, by what has called them. */
  readonly called = new Map<string, Desk>();
  readonly #dice: Dice;
  readonly #mail: Choice[] = [];
  /** What was said: the end of a called execution, or that one is to be cancelled. */
  readonly #said = new Set<string>();

  constructor(
    readonly plan: Plan,
    private readonly strict: boolean,
  ) {
    this.#dice = new Dice(plan.seed, 3);
    this.root = new Desk('exec_sim', plan, strict, this);
  }

  get desks(): Desk[] {
    return [this.root, ...this.called.values()];
  }

  /** To the end, and past it until nothing is on its way any more. */
  run(): void {
    this.root.begin();
    for (let turns = 0; this.#next(); turns++) {
      holds(turns < MAX_TURNS && this.clock.now < START + MAX_MS, 'every started execution ends: this one goes on and on');
      this.root.poke();
    }
    for (const desk of this.desks) desk.close();
  }

  #next(): boolean {
    for (const desk of this.desks) this.#post(desk);
    const choices = [...this.#mail, ...this.desks.flatMap((desk) => desk.choices())];
    if (choices.length === 0) return false;
    const soonest = Math.min(...choices.map((choice) => choice.at));
    const choice = this.#dice.pick(choices.filter(({ at }) => at === soonest));
    this.clock.now = Math.max(this.clock.now, choice.at);
    const letter = this.#mail.indexOf(choice);
    if (letter >= 0) this.#mail.splice(letter, 1);
    choice.act();
    return true;
  }

  /** One execution for each run of a step: a call that is made again finds what it has started. */
  call(caller: Desk, effect: PerformEffect): StepOutcome {
    const { sync, ms } = effect.input as { sync?: boolean; ms?: number };
    const waits = sync === true;
    const name = `${caller.id}/${effect.step}/${effect.run}`;
    const child = this.called.get(name) ?? this.#begin(name, caller, effect, waits);
    if (!waits) return { kind: 'completed', output: { key: effect.idempotency_key } };
    const end = isStarted(child.state) ? reportOf(child.state) : undefined;
    if (end) return callEnded(child.id, end.report);
    return { kind: 'wait', wait: { kind: 'call', event: child.id, ...(ms === undefined ? {} : { until: this.clock.now + ms }) } };
  }

  #begin(name: string, caller: Desk, { step }: PerformEffect, waits: boolean): Desk {
    const number = this.called.size + 1;
    const plan = calledPlan(this.plan.seed + number * 2 ** 32, this.plan.chaos);
    const parent = { execution_id: caller.id, step_name: step, waits, depth: 1 };
    const child = new Desk(`exec_sim_${number}`, plan, this.strict, this, parent);
    this.called.set(name, child);
    child.begin();
    return child;
  }

  /** What a desk has to say to others. */
  #post(desk: Desk): void {
    if (!isStarted(desk.state)) return;
    for (const id of orphans(desk.state)) {
      if (this.#isNew(`cancel ${id}`)) this.#send(() => this.#by(id).people.order('cancel', `execution:${desk.id}`));
    }
    // A saga that failed may end once more, after somebody has resumed it; the first end is what the caller hears.
    const end = hasEnded(desk.state) ? reportOf(desk.state) : undefined;
    if (!end || !this.#isNew(`end of ${desk.id}`)) return;
    const caller = this.#by(end.parent.execution_id);
    this.#send(() => caller.alive && caller.people.signal(signalOf(end.report), isCalling(caller.alive, end.report.step_name)));
  }

  #send(act: () => void): void {
    const { double, delay } = this.plan.chaos;
    const at = () => this.clock.now + (this.#dice.chance(delay) ? this.#dice.int(1, 60_000) : this.#dice.int(0, 50));
    this.#mail.push({ at: at(), act });
    if (this.#dice.chance(double)) this.#mail.push({ at: at(), act });
  }

  #isNew(what: string): boolean {
    return !this.#said.has(what) && this.#said.add(what).size > 0;
  }

  #by(id: string): Desk {
    return this.desks.find((desk) => desk.id === id)!;
  }
}
