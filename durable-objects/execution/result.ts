/** What a start is answered with: status, the HTTP answer where a step gave one, outputs, error. */
import type { LogEvent } from '#contracts/events';
import type { StartResult } from '#contracts/execution-rpc';
import type { HttpAnswer } from '#contracts/step';
import { outputsByStep, wholeOutput } from '#engine/calls';
import { storedValue } from '#engine/context';
import type { Evaluator } from '#engine/ports';
import type { StartedState } from '#engine/state';
import { hasEnded, statusOf } from '#engine/status';
import { queueFacts } from '#engine/summary';
import type { History } from '#objects/execution/history';

type InputEvent = Extract<LogEvent, { type: 'step.input_recorded' }>;

export class Results {
  /** The recorded input from which the HTTP answer is made. */
  #answered: InputEvent | undefined;

  /** Remembers the answer's input while it is in memory, so that nobody has to read the log for it. */
  note(events: LogEvent[], state: StartedState): void {
    if (state.phase.kind === 'completed' && state.phase.response) this.#answered = inputOf(events, state.phase.response.step_name);
  }

  async of(history: History, evaluator: Evaluator, withOutputs: boolean): Promise<Omit<Extract<StartResult, { trace_id: string }>, 'kind'>> {
    const state = history.state as StartedState;
    const { phase, facts } = state;
    const ended = hasEnded(state);
    const queue = queueFacts(state);
    const error = phase.kind === 'failed' ? phase.error : phase.kind === 'compensated' ? phase.saga.error : undefined;
    return {
      execution_id: facts.execution_id,
      trace_id: facts.trace_id,
      status: statusOf(state),
      ended,
      ...(phase.kind === 'completed' && phase.response ? { answer: await this.#answer(history, evaluator, phase.response.step_name) } : {}),
      ...(ended && withOutputs ? { outputs: outputsByStep(state) } : {}),
      ...(phase.kind === 'completed' && facts.parent ? { output: wholeOutput(state) } : {}),
      ...(error ? { error } : {}),
      ...(queue ? { queue } : {}),
      ...(state.admission?.reason === 'refused' ? { refused: { reason: state.admission.because, by: state.admission.by_execution } } : {}),
    };
  }

  async #answer(history: History, evaluator: Evaluator, step: string): Promise<HttpAnswer | undefined> {
    if (!this.#answered) {
      const input = inputOf(history.page(), step);
      this.#answered = input && (await history.whole(input));
    }
    const type = (history.state as StartedState).steps[step]?.type;
    return this.#answered && type ? evaluator.answer(type, storedValue(this.#answered.data.input)) : undefined;
  }
}

function inputOf(events: LogEvent[], step: string): InputEvent | undefined {
  return events.findLast((event): event is InputEvent => event.type === 'step.input_recorded' && event.data.step_name === step);
}
