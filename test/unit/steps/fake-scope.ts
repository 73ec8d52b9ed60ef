/** A scope over a plain context, for steps alone: paths are split at dots, conditions are given as answers. */
import { type FlagRules, flagVerdict } from '#contracts/flag';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { Scope } from '#contracts/step';

export interface FakeScopeOptions {
  trigger?: Json;
  steps?: JsonObject;
  flat?: JsonObject;
  now?: number;
  /** Answers of conditions, by their text. */
  conditions?: Record<string, boolean>;
  flags?: FlagRules;
}

export function fakeScope({
  trigger = {},
  steps = {},
  flat = {},
  now = Date.UTC(2026, 1, 15, 14, 30),
  conditions = {},
  flags = {},
}: FakeScopeOptions = {}): Scope {
  const context: JsonObject = { ...flat, trigger, steps, meta: { execution_id: 'exec_1' } };
  return {
    context,
    now,
    lookup(path) {
      let value: Json | undefined = context;
      for (const part of path.split('.')) {
        if (Array.isArray(value)) value = value[Number(part)];
        else value = isJsonObject(value) ? value[part] : undefined;
      }
      return value;
    },
    flag: (name, user) => flagVerdict(flags, name, user),
    test(expression) {
      const answer = conditions[expression];
      if (answer === undefined) throw new Error(`the test gives no answer for ${expression}`);
      return answer;
    },
  };
}
