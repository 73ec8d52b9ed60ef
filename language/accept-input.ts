/**
 * An input that somebody gives a step in place of the one that its settings give.
 *
 * Invariants
 * 1. It is checked as settings are, by the step's own schema. What the step made of its settings beside them (a
 *    duration in milliseconds, say) may stand as it was.
 * 2. Nothing in it is evaluated: `{{ … }}` is text.
 * 3. A secret stays one only where it stood before: `${NAME}` written anywhere else is text as well.
 */
import type { Json, JsonObject } from '#contracts/json';
import { errorInfo } from '#contracts/problems';
import type { Scope, SecretRef, StepFacts } from '#contracts/step';
import type { Resolved } from '#engine/ports';
import { schemaShape } from '#language/schema-facts';

interface PreparedStep {
  prepare?(config: never, scope: Scope): Json;
}

/** `current`: what the settings give, or why they give nothing. May throw what `prepare` throws. */
export function acceptInput(step: PreparedStep, facts: StepFacts, current: Resolved, given: JsonObject, scope: () => Scope): Resolved {
  const known = current.kind === 'ready' ? (current.input as JsonObject | null) : null;
  const shape = schemaShape(facts.schema) ?? {};
  const made: JsonObject = {};
  const settings: JsonObject = {};
  for (const [key, value] of Object.entries(given)) {
    const unchanged = known !== null && Object.hasOwn(known, key) && JSON.stringify(known[key]) === JSON.stringify(value);
    if (unchanged && !Object.hasOwn(shape, key)) made[key] = value;
    else Object.defineProperty(settings, key, { value, enumerable: true, configurable: true, writable: true });
  }
  const parsed = facts.schema.safeParse(settings);
  if (!parsed.success) {
    const errors = parsed.error.issues.slice(0, 50).map((issue) => ({ code: issue.code, message: issue.message, path: issue.path.join('.') }));
    const first = errors[0]!;
    return {
      kind: 'error',
      error: errorInfo('invalid_input', `A ${facts.type} does not take this input: ${first.path ? `${first.path}: ` : ''}${first.message}`, {
        details: errors as unknown as Json,
      }),
    };
  }
  const prepared = step.prepare ? step.prepare(parsed.data as never, scope()) : (parsed.data as Json);
  const input = { ...(prepared as JsonObject), ...made };
  const secrets = current.kind === 'ready' ? current.secrets.filter((ref) => stillThere(input, ref)) : [];
  return {
    kind: 'ready',
    input,
    secrets,
    ...(current.kind === 'ready' && current.idempotency_key !== undefined ? { idempotency_key: current.idempotency_key } : {}),
  };
}

function stillThere(input: Json, { path, start, name }: SecretRef): boolean {
  let at: unknown = input;
  for (const key of path) at = (at as Record<string | number, unknown> | null | undefined)?.[key];
  return typeof at === 'string' && at.startsWith(`\${${name}}`, start);
}
