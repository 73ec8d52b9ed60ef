/** Executions to look at. */
import type { Region } from './region.ts';

/** An execution of so many steps without I/O. Answers its id once it has ended. */
export async function executionOf(region: Region, name: string, steps: number): Promise<string> {
  const list = Array.from({ length: steps }, (_, index) => `      - { name: step-${index}, type: step.set, config: { values: { order: "${index}" } } }`);
  const yaml = `name: ${name}\npipelines:\n  run:\n    trigger: { type: manual }\n    steps:\n${list.join('\n')}\n`;
  await region.api('POST', '/workflows?deploy=production', yaml, 'application/yaml');
  const started = await region.api('POST', '/executions?wait=30s', JSON.stringify({ workflow: name }));
  if (started.status !== 'completed') throw new Error(`The execution of ${name} is ${started.status}.`);
  return started.execution_id;
}
