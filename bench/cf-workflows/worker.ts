/**
 * Cloudflare Workflows on the same local runtime, written as its documentation teaches: one `step.do` a step, a
 * failure that must not be retried as NonRetryableError, compensations as steps of a `catch`.
 *
 * How the caller waits. The binding gives no way to await an instance, only `status()`, which a caller has to ask
 * again and again. Here each instance tells a rendezvous, an object that keeps nothing on disk, when its `run` is
 * over, and the request waits there: two calls an execution, and no polling. `WAIT` = `poll` asks `status()` instead
 * (every 10 ms). The rendezvous is the faster of the two, so it is what the bench compares with; it even answers a
 * little early, before the engine has written down that the instance is complete.
 */
import { DurableObject, WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import { NonRetryableError } from 'cloudflare:workflows';
import { call, type ORDER, PURE_STEPS, WORKLOADS, type WorkloadName } from '../calls.ts';

interface Params {
  name: WorkloadName;
  body: typeof ORDER;
}

interface Env {
  FLOW: Workflow<Params>;
  RENDEZVOUS: DurableObjectNamespace<Rendezvous>;
  COUNTERPART: string;
  WAIT: 'rendezvous' | 'poll';
}

/** Results of instances on their way to those who wait for them. In memory only. */
export class Rendezvous extends DurableObject<Env> {
  readonly #results = new Map<string, unknown>();
  readonly #waiting = new Map<string, (result: unknown) => void>();

  arrive(id: string, result: unknown): void {
    const wake = this.#waiting.get(id);
    if (wake) {
      this.#waiting.delete(id);
      wake(result);
    } else {
      this.#results.set(id, result);
    }
  }

  async meet(id: string): Promise<unknown> {
    if (this.#results.has(id)) {
      const result = this.#results.get(id);
      this.#results.delete(id);
      return result;
    }
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }
}

/** Several objects, so that none of them becomes the narrow place. */
function rendezvousOf(env: Env, id: string) {
  return env.RENDEZVOUS.getByName(String(id.charCodeAt(id.length - 1) % 4));
}

export class Flow extends WorkflowEntrypoint<Env, Params> {
  override async run(event: WorkflowEvent<Params>, step: WorkflowStep): Promise<unknown> {
    const { name, body } = event.payload;
    const result = name === 'W1' ? await this.#pure(step, body) : name === 'W2' ? await this.#calls(step, body) : await this.#saga(step, body);
    if (this.env.WAIT === 'rendezvous') await rendezvousOf(this.env, event.instanceId).arrive(event.instanceId, result);
    return result;
  }

  async #pure(step: WorkflowStep, body: typeof ORDER) {
    await step.do('parse', async () => PURE_STEPS.parse(body));
    const { total } = await step.do('set', async () => PURE_STEPS.set(body));
    await step.do('validate', async () => PURE_STEPS.validate(body));
    await step.do('transform', async () => PURE_STEPS.transform(body, total));
    return step.do('respond', async () => PURE_STEPS.respond(body, total));
  }

  async #calls(step: WorkflowStep, body: typeof ORDER) {
    await step.do('parse', async () => PURE_STEPS.parse(body));
    for (const { path } of WORKLOADS[1]!.calls) await step.do(path, () => this.#call(path, body));
    return step.do('respond', async () => PURE_STEPS.respond(body, 36));
  }

  async #saga(step: WorkflowStep, body: typeof ORDER) {
    const { calls, compensations } = WORKLOADS[2]!;
    try {
      for (const { path, refused } of calls) await step.do(path, () => this.#call(path, body, refused));
      return { status: 'confirmed' };
    } catch {
      for (const { path } of compensations) await step.do(path, () => this.#call(path, body));
      return { status: 'compensated' };
    }
  }

  async #call(path: string, body: typeof ORDER, refused = false): Promise<{ answer: string }> {
    try {
      return { answer: JSON.stringify(await call(this.env.COUNTERPART, path, body)) };
    } catch (error) {
      throw refused ? new NonRetryableError(String(error)) : error;
    }
  }
}

export default {
  async fetch(request, env) {
    const name = new URL(request.url).pathname.slice(1) as WorkloadName;
    const instance = await env.FLOW.create({ params: { name, body: await request.json<typeof ORDER>() } });
    if (env.WAIT === 'rendezvous') return Response.json(await rendezvousOf(env, instance.id).meet(instance.id));
    for (;;) {
      const { status, output, error } = await instance.status();
      if (status === 'complete') return Response.json(output ?? null);
      if (status === 'errored' || status === 'terminated') return Response.json(error ?? { status }, { status: 500 });
      await scheduler.wait(10);
    }
  },
} satisfies ExportedHandler<Env>;
