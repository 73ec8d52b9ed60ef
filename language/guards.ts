/** Guards of state machines: conditions over the data of an instance, without an execution around them. */
import type { Json, JsonObject } from '#contracts/json';
import type { GuardTest } from '#engine/machine';
import { testCondition } from '#language/conditions';
import { conditionFailure } from '#language/evaluator';

/** `config`: settings of the application's modules; `now` gives epoch ms. */
export function guardTest(config: JsonObject, now: () => number): GuardTest {
  return (condition, context) => {
    try {
      return { kind: 'value', value: testCondition(condition, { context: context as { [key: string]: Json }, now: now(), config, strict: false }) };
    } catch (error) {
      return { kind: 'error', error: conditionFailure(error) };
    }
  };
}
