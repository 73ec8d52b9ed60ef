/** Which steps a replay can mock, and what they came to at the origin. Pure. */
import type { Pipeline } from '#contracts/definition';

/** Names of the steps that a mock can speak for: blocks and conditionals only say where the run goes. */
export function mockableSteps(pipeline: Pick<Pipeline, 'nodes'> | undefined): string[] {
  return [...new Set((pipeline?.nodes ?? []).filter((node) => node?.kind === 'activity').map((node) => node.name))];
}

/** The first run of a step that came to something; within blocks a run has a path before its name. */
export function originRun(steps: readonly { name: string; status: string }[], step: string): string | undefined {
  return steps.find(({ name, status }) => status === 'completed' && (name === step || name.endsWith(`/${step}`)))?.name;
}
