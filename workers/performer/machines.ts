/** The state machines port of an effect: instances of the effect's own application and environment, by the rules that run now. */
import type { MachineAnswer, MachineInstance } from '#contracts/machine';
import { Problem } from '#contracts/problems';
import type { PerformEffect } from '#contracts/step';
import type { MachinePort } from '#steps/define-step';
import type { RegionEnv } from '#workers/env';
import { checkInstanceId, machineObject, machineOf, refusalFacts, runningApplication } from '#workers/machines/objects';

type Done = Extract<MachineAnswer, { ok: true }>;

export function createMachines(env: RegionEnv, effect: PerformEffect): MachinePort {
  const { tenant, workflow, environment, execution_id } = effect;
  async function open(machine: string, id: string) {
    const { application, definition } = await runningApplication(env, tenant, workflow, environment);
    const address = { tenant, workflow, environment, machine: machineOf(definition, machine).name, id: checkInstanceId(id) };
    return { object: machineObject(env, address), address, asked: { application, by: `execution:${execution_id}`, execution_id } };
  }
  return {
    async create(machine, id, { data, transition }, key) {
      const { object, address, asked } = await open(machine, id);
      return done(await answered(machine, object.create(address, { ...asked, data, key, ...(transition === undefined ? {} : { transition }) })));
    },
    async move(machine, id, order, key) {
      const { object, address, asked } = await open(machine, id);
      return done(await answered(machine, object.move(address, { ...asked, ...order, key })));
    },
    async read(machine, id): Promise<MachineInstance | null> {
      const { object, address, asked } = await open(machine, id);
      return answered(machine, object.read(address, asked.application));
    },
  };
}

/** An object that was reset in the middle: the same key finds out what came of it. */
async function answered<T>(machine: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    throw new Problem('connection_failed', `The state machine ${machine} did not answer.`, { cause });
  }
}

/** A refusal is a Problem; the log of the execution keeps the state with it. */
function done(answer: MachineAnswer): Done {
  if (answer.ok) return answer;
  const { code, message, state, execution_id } = answer;
  const details = refusalFacts(state, execution_id);
  throw new Problem(code, message, { extra: Object.keys(details).length > 0 ? { details } : {} });
}
