/** What the execution of a hook says to the transition that it stands before. */
import type { ExecutionStatus } from '#contracts/execution';
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { HttpAnswer } from '#contracts/step';
import type { HookResult } from '#objects/state-machine/ports';

export interface HookExecution {
  ended: boolean;
  status: ExecutionStatus;
  answer?: HttpAnswer;
  error?: { message: string };
}

/** A failure vetoes, and so does an answer with a status from 400 on; an answer that is an object is data for what follows. */
export function hookResult({ ended, status, answer, error }: HookExecution): HookResult {
  if (!ended) return { kind: 'running' };
  if (status !== 'completed') return { kind: 'refused', message: error?.message ?? `its execution ended ${status}` };
  const data = answer && bodyOf(answer);
  if (answer && answer.status >= 400) return { kind: 'refused', message: reasonOf(data) ?? `it answered ${answer.status}` };
  return { kind: 'passed', ...(data ? { data } : {}) };
}

function bodyOf(answer: HttpAnswer): JsonObject | undefined {
  if (answer.encoding !== undefined) return undefined;
  try {
    const value: unknown = JSON.parse(answer.body);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(body: JsonObject | undefined): string | undefined {
  const reason = body?.detail ?? body?.error ?? body?.message ?? body?.reason;
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}
