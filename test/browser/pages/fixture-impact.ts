/** Two executions that run on another version: one can be moved, one cannot. */
import type { Impact } from '#contracts/migration';
import { type Fixture, summaryOf } from './fixture-executions';

export function fixtureImpact(known: Fixture[]): { answer(version: number, what: string): Response } {
  let moved = false;
  const [first, second] = known.map(summaryOf);
  const row = ({ execution_id, pipeline }: NonNullable<typeof first>) => ({ execution_id, pipeline, version: 1, status: 'waiting' as const });
  return {
    answer(version, what) {
      if (what === 'migrate') {
        moved = true;
        return Response.json({ workflow: 'orders', environment: 'production', version, moved: [first!.execution_id], blocked: [], next_cursor: null });
      }
      const executions: Impact['executions'] = [
        { ...row(first!), verdict: moved ? 'current' : 'movable', obstacles: [] },
        {
          ...row(second!),
          verdict: 'blocked',
          obstacles: [{ code: 'step_gone', step: 'charge', message: 'charge has begun, and the version has no such step.' }],
        },
      ];
      const counts = { running: 2, current: moved ? 1 : 0, movable: moved ? 0 : 1, blocked: 1 };
      return Response.json({ workflow: 'orders', environment: 'production', version, definition: 'a', counts, pipelines: [], executions, next_cursor: null });
    },
  };
}
