/**
 * Cloudflare Workflows on the same local runtime, written as its documentation teaches: one `step.do` a step, a
 * failure that must not be retried as NonRetryableError, compensations as steps of a `catch`.
 *
 * How the caller waits: the binding gives no way to await an instance, only `status()`, so the request asks every
 * POLL_MS, which is what a caller has to do. An object in memory that each instance tells when its `run` is over was
 * tried instead; it was hardly faster, and on this runtime requests that waited there were cut off now and then.
 */
import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import { NonRetryableError } from 'cloudflare:workflows';
import { call, type ORDER, PURE_STEPS, WORKLOADS, type WorkloadName } from '../calls.ts';

interface Params {
  name: WorkloadName;
  body: typeof ORDER;
}

interface Env {
  FLOW: Workflow<Params>;
  COUNTERPART: string;
}

/** 10, 20 and 40 give the same throughput within the noise. */
const POLL_MS = 10;

export class Flow extends WorkflowEntrypoint<Env, Params> {
  override async run(event: WorkflowEvent<Params>, step: WorkflowStep): Promise<unknown> {
    const { name, body } = event.payload;
    return name === 'W1' ? this.#pure(step, body) : name === 'W2' ? this.#calls(step, body) : this.#saga(step, body);
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
    for (;;) {
      const { status, output, error } = await instance.status();
      if (status === 'complete') return Response.json(output ?? null);
      if (status === 'errored' || status === 'terminated') return Response.json(error ?? { status }, { status: 500 });
      await scheduler.wait(POLL_MS);
    }
  },
} satisfies ExportedHandler<Env>;
