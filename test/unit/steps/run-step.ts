/** Runs one step as the platform does: settings through the schema, input from them, outcome from the input. */
import type { Json } from '#contracts/json';
import type { HttpAnswer, Scope, StepOutcome } from '#contracts/step';
import type { EffectContext, PureStep, StepDefinition } from '#steps/define-step';
import { steps } from '#steps/registry';

export function stepOf(type: string): StepDefinition {
  const step = steps.get(type);
  if (!step) throw new Error(`no step ${type}`);
  return step;
}

/** What the log keeps as the input. Throws on settings that the schema refuses. */
export function inputOf(type: string, config: unknown, scope: Scope): Json {
  const step = stepOf(type);
  const settings = step.config.parse(config);
  const input = step.prepare ? step.prepare(settings as never, scope) : (settings as Json);
  // The log keeps JSON; a step must get along with what comes back from it.
  return JSON.parse(JSON.stringify(input)) as Json;
}

export function runPure(type: string, config: unknown, scope: Scope): StepOutcome {
  const step = stepOf(type) as PureStep;
  return step.run(inputOf(type, config, scope) as never, scope);
}

export function answerOf(type: string, config: unknown, scope: Scope): HttpAnswer {
  const step = stepOf(type) as PureStep;
  return step.answer!(inputOf(type, config, scope) as never);
}

export async function performStep(type: string, config: unknown, scope: Scope, context: EffectContext): Promise<StepOutcome> {
  const step = stepOf(type);
  if (step.pure) throw new Error(`${type} is pure`);
  return step.perform(inputOf(type, config, scope) as never, context);
}

/** The issues of settings that the schema refuses, as `path: message`. */
export function issuesOf(type: string, config: unknown): string[] {
  const result = stepOf(type).config.safeParse(config);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}
