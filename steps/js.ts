/** Reshapes data by a function in JavaScript, in an engine of its own: no network, no clock, no secrets. */
import { z } from 'zod';
import { fnv1a } from '#contracts/fnv1a';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { Scope } from '#contracts/step';
import { loadEngine } from '#sandbox/engine';
import { ScriptError } from '#sandbox/errors';
import { inputReads, loadReader } from '#sandbox/input-reads';
import { runScript, scriptFault } from '#sandbox/script';
import { duration, durationMs, SIZE, sizeBytes } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { stepsNamed } from '#steps/program-mentions';

const ENTRY = 'transform';
const MAX_TIMEOUT_MS = 5000;
const MIN_MEMORY = 1024 * 1024;
const MAX_MEMORY = 64 * 1024 * 1024;

const config = z.strictObject({
  code: z
    .string()
    .min(1)
    .max(64 * 1024)
    .meta({ description: 'JavaScript with a function transform(ctx), which may be async. It gets the context and returns the output.', literal: true }),
  timeout: duration
    .refine((value) => durationMs(value) > 0 && durationMs(value) <= MAX_TIMEOUT_MS, { message: `at most ${MAX_TIMEOUT_MS / 1000}s` })
    .default('1s')
    .describe('How long a run may take.'),
  memory_limit: z
    .string()
    .regex(SIZE, 'a size such as 16MB or 64MB')
    .refine((value) => sizeBytes(value) >= MIN_MEMORY && sizeBytes(value) <= MAX_MEMORY, { message: 'from 1MB to 64MB' })
    .default('16MB')
    .describe('How much memory a run may take.'),
});

interface Input {
  code: string;
  timeout_ms: number;
  memory_bytes: number;
}

export const js = defineStep({
  type: 'step.js',
  summary: 'Reshapes data by a function in JavaScript, without access to anything but its input.',
  pure: true,
  config,
  programs: { code: { fault: scriptFault, mentions: (source) => stepsNamed(inputReads(source, ENTRY)), load: loadReader } },
  load: loadEngine,
  example: `
name: enrich-customer
type: step.js
config:
  code: |
    function transform(ctx) {
      const orders = ctx.trigger.body.orders;
      return {
        lifetime_value: orders.reduce((sum, order) => sum + order.total, 0),
        tier: orders.length > 50 ? "gold" : orders.length > 10 ? "silver" : "bronze"
      };
    }
  timeout: 5s
  memory_limit: 64MB
`,
  output: 'What the function returns, as JSON; also under result.',
  prepare: (settings) => ({ code: settings.code, timeout_ms: durationMs(settings.timeout), memory_bytes: sizeBytes(settings.memory_limit) }),
  run({ code, timeout_ms, memory_bytes }: Input, scope) {
    const { tenant = '', execution_id = '' } = isJsonObject(scope.context.meta) ? scope.context.meta : {};
    try {
      const most = Math.min(memory_bytes, scope.transform_bytes ?? memory_bytes);
      const script = { owner: String(tenant), code, entry: ENTRY, timeout_ms, memory_bytes: most };
      // The same execution and script draw the same chance.
      const output = runScript(script, { input: inputOf(scope), now: scope.now, seed: fnv1a(`${execution_id}\0${code}`) });
      return { kind: 'completed', output };
    } catch (error) {
      if (error instanceof ScriptError) throw new Problem(error.kind === 'limit' ? 'program_limit' : 'js_failed', error.message);
      throw error;
    }
  },
});

/** The context as text, with what stands in it for look-ups only. */
function inputOf({ context }: Scope): string {
  const steps: { [step: string]: { whole?: { value: Json }; more: JsonObject } } = {};
  for (const [name, view] of Object.entries(isJsonObject(context.steps) ? context.steps : {})) {
    if (!isJsonObject(view)) continue;
    const { output, result: _, ...more } = hiddenOf(view);
    // An output that is an object has the fields of its view; any other is sent beside it.
    steps[name] = output === undefined || isJsonObject(output) ? { more } : { whole: { value: output }, more };
  }
  return JSON.stringify({ context, lookUps: { steps, trigger: isJsonObject(context.trigger) ? hiddenOf(context.trigger) : {} } });
}

function hiddenOf(value: JsonObject): JsonObject {
  const hidden: JsonObject = {};
  for (const name of Object.getOwnPropertyNames(value)) {
    if (!Object.prototype.propertyIsEnumerable.call(value, name)) hidden[name] = value[name]!;
  }
  return hidden;
}
