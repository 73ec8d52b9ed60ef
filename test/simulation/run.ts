/**
 * One simulated run, checked: what must hold of each turn (`turn.ts`), of the log (`audit/`), of both together with the
 * other side's ledger (`checks.ts`), and between callers and called (`calls.ts`). A run that breaks an invariant throws
 * with all that is needed to look into it.
 */
import type { Pipeline } from '#contracts/definition';
import { START } from '../unit/engine/simulation.ts';
import { audit } from './audit/audit.ts';
import { checkCalls } from './calls.ts';
import { checkFold, checkLedger, checkPacking, checkReplay, checkTimeline, pipelinesOf } from './checks.ts';
import type { Desk, Run } from './desk.ts';
import { planOf } from './plan.ts';
import { Stage } from './stage.ts';

/** Every so many seeds a run is looked at closely: frozen, folded event by event, packed and unpacked. */
const CLOSELY_EVERY = 10;

/** The run of the plan, and those that it has called. */
export async function checkedRun(seed: number, closely = seed % CLOSELY_EVERY === 0): Promise<Run[]> {
  const stage = new Stage(planOf(seed), closely);
  try {
    stage.run();
    for (const desk of stage.desks) await check(desk, closely);
    checkCalls(stage);
    return stage.desks;
  } catch (error) {
    throw new Error(report(stage, error as Error), { cause: error });
  }
}

async function check(desk: Desk, closely: boolean): Promise<void> {
  try {
    audit(desk.log, desk.plan, pipelinesOf(desk));
    checkLedger(desk);
    checkTimeline(desk);
    if (!closely) return;
    await checkFold(desk);
    checkPacking(desk.log);
    checkReplay(desk);
  } catch (error) {
    throw new Error(`${desk.id}: ${(error as Error).message}`, { cause: error });
  }
}

/** All of a failing run: how to run it alone, its definition, its log. */
function report({ plan, desks }: Stage, error: Error): string {
  const { seed } = plan;
  return [`Seed ${seed}: ${error.message}`, `Alone: SEED=${seed} vitest run --project simulation`, ...desks.flatMap(told)].join('\n');
}

function told({ id, plan, log, trouble }: Desk): string[] {
  const { pipeline, versions, seed: _, ...rest } = plan;
  const lines = log.map(
    ({ seq, at, type, data }) =>
      `${String(seq).padStart(5)} ${String(at - START).padStart(9)} ms  ${type} ${JSON.stringify(type === 'execution.started' ? { deadline: data.deadline } : data)}`,
  );
  const shown = lines.length > 400 ? [...lines.slice(0, 200), `  … ${lines.length - 400} events …`, ...lines.slice(-200)] : lines;
  return [
    `${id}, plan: ${JSON.stringify(rest)}`,
    `Trouble so far: ${JSON.stringify(trouble)}`,
    'Definition:',
    ...definitionLines(pipeline),
    ...versions.flatMap((version, index) => [`Version ${index + 2}:`, ...definitionLines(version)]),
    'Log:',
    ...shown,
  ];
}

function definitionLines(pipeline: Pipeline): string[] {
  return [...pipeline.nodes.map((node) => `  ${JSON.stringify(node)}`), `  ${JSON.stringify({ ...pipeline, nodes: undefined })}`];
}
