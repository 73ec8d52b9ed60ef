/** People around one execution: they cancel, pause, steer and resume, send signals, and at last do what is waited for. */
import type { Json } from '#contracts/json';
import type { Signal } from '#contracts/waiting';
import type { Command, ReadyInput } from '#engine/commands';
import { type ExecutionState, isStarted, type StartedState, type StepState } from '#engine/state';
import { hasEnded } from '#engine/status';
import { START } from '../unit/engine/simulation.ts';
import type { PersonalOrder, Plan } from './plan.ts';
import type { Dice } from './random.ts';

/** What may happen next, and when. */
export interface Choice {
  at: number;
  act: () => void;
}

export type Asked<C extends Command = Command> = C extends unknown ? Omit<C, 'now' | 'random'> : never;

/** The execution, as people see it. */
interface Counter {
  dice: Dice;
  now(): number;
  state(): ExecutionState;
  submit(asked: Asked): void;
  count(kind: string): void;
}

export class People {
  readonly #orders: Plan['orders'];
  readonly #signals: Plan['signals'];
  #goOnAt: number | undefined;
  #wordAt: number | undefined;
  #words = 0;

  constructor(
    private readonly plan: Plan,
    private readonly counter: Counter,
  ) {
    this.#orders = [...plan.orders];
    this.#signals = [...plan.signals];
  }

  choices(): Choice[] {
    const { dice, now } = this.counter;
    const choices: Choice[] = [];
    const may = (at: number | undefined, act: () => void) => at !== undefined && choices.push({ at: Math.max(at, now()), act });
    may(this.#orders[0] && START + this.#orders[0].at, () => this.order(this.#orders.shift()!.type));
    may(this.#signals[0] && START + this.#signals[0].at, () => this.signal(this.#signals.shift()!.signal, true));
    if (this.#alive?.paused) this.#goOnAt ??= now() + dice.int(0, 100_000);
    may(this.#goOnAt, () => this.#goOn());
    if (this.#stuck().length > 0) this.#wordAt ??= now() + dice.int(0, 100_000);
    may(this.#wordAt, () => this.#giveWord());
    return choices;
  }

  order(type: PersonalOrder, by = 'key:1'): void {
    const { dice, submit, count } = this.counter;
    count(by.startsWith('execution:') ? `${type} by the caller` : type);
    switch (type) {
      case 'cancel':
      case 'abort':
        return submit({ type, by, ...(dice.chance(0.5) ? { reason: 'customer asked' } : {}) });
      case 'resume':
        return submit({ type, by, ...(this.#alive?.paused?.breakpoint && dice.chance(0.2) ? { input: this.#input() } : {}) });
      case 'pause':
      case 'skip':
        return submit({ type, by });
      case 'modify':
        return submit({ type, by, input: this.#input() });
      case 'supersede':
        return submit({ type, by, replayed_as: 'exec_instead', from_step: this.plan.pipeline.nodes[0]!.name });
      default: {
        const never: never = type;
        return never;
      }
    }
  }

  signal(signal: Signal, keep: boolean): void {
    this.counter.count('signal');
    this.counter.submit({ type: 'signal', signal, keep });
  }

  get #alive(): StartedState | undefined {
    const state = this.counter.state();
    return isStarted(state) && !hasEnded(state) ? state : undefined;
  }

  #input(): ReadyInput {
    const inputs: Json[] = [{ mood: 'good' }, { mood: 'refuses' }, { mood: 'good', given: true }];
    return { kind: 'ready', input: this.counter.dice.pick(inputs), secrets: [] };
  }

  /** A pause ends some time, whoever ended it before; at a breakpoint people look first. */
  #goOn(): void {
    this.#goOnAt = undefined;
    const held = this.#alive?.paused?.breakpoint;
    this.order(held ? this.counter.dice.weighted({ resume: 50, modify: 20, skip: 14, abort: 8, supersede: 8 }) : 'resume', 'key:2');
  }

  /** Steps that no clock ends. What was called reports by itself. */
  #stuck(): StepState[] {
    const state = this.#alive;
    if (!state || state.paused || state.phase.kind !== 'running') return [];
    return Object.values(state.steps).filter(({ status, wait, due_at }) => status === 'waiting' && wait && wait.kind !== 'call' && due_at === undefined);
  }

  #giveWord(): void {
    const { dice } = this.counter;
    this.#wordAt = undefined;
    const waiting = this.#stuck()[0];
    if (!waiting) return;
    const name = dice.chance(0.5) ? waiting.name : waiting.wait!.event;
    this.signal({ id: `word_${this.#words++}`, name, data: dice.chance(0.8) ? 'fine' : 'reject', by: 'key:5' }, true);
  }
}
