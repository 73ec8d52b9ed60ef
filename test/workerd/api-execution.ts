/** The real execution object for the tests of the API: real engine, language and stores; its rows go straight into the index. */
import { isJsonObject, type Json } from '#contracts/json';
import { createEvaluator } from '#language/evaluator';
import { buildContext } from '#language/scope';
import { ExecutionObjectBase } from '#objects/execution';
import type { ExecutionPorts } from '#objects/execution/ports';
import { stepCatalog, steps } from '#steps/registry';
import { boardOf } from '#workers/boards';
import { gateStub } from '#workers/gate-stub';
import { publishLive } from '#workers/live';
import { eventMask } from '#workers/masks';
import { observations } from '#workers/observer/observers';
import { performerOf } from '#workers/performer-of';
import { placesOf } from '#workers/quota/ports';
import { storesOf } from '#workers/stores';
import { perform } from './api-effects.ts';
import { region } from './published.ts';
import { known } from './settle.ts';

/** Calls go to the other side of the test, those behind a breaker to the `fetch` of the test; all other effects are had for real. */
function hasUrl(input: Json): boolean {
  return isJsonObject(input) && 'url' in input;
}

export class ApiExecutionObject extends ExecutionObjectBase<unknown> {
  override alarm(info?: AlarmInvocationInfo): Promise<void> {
    return known(this, super.alarm(info));
  }

  protected override readonly ports: ExecutionPorts = {
    ...storesOf(region),
    evaluator: createEvaluator(steps, stepCatalog),
    context: buildContext,
    mask: eventMask(region),
    now: Date.now,
    async project(message) {
      const { executions, deadLetters } = storesOf(region);
      await executions.project([message]);
      await deadLetters.project([message]);
      await observations(region).project([message]);
    },
    gate: (name) => gateStub(region, name),
    places: placesOf(region),
    dispatch: async () => {},
    board: (name) => boardOf(region, name),
    announce: async () => {},
    calls: { report: async () => {}, cancel: async () => {} },
    publish: (tenant, messages) =>
      publishLive(
        (name) => region.LIVE_HUB.getByName(name) as never,
        tenant,
        messages,
        (task) => this.ctx.waitUntil(task),
      ),
    performer: { perform: async (effect, stop) => (hasUrl(effect.input) && !effect.breaker ? perform(effect) : performerOf(region).perform(effect, stop)) },
  };
}
