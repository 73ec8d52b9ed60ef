/** What a version means for the executions that run: in a sentence, and one by one where it is not the same for all. */
import type { Impact } from '#contracts/migration';
import { shortId } from '~/components/ui/copy';
import { Status } from '~/components/ui/status-mark';
import { impactSentence } from '~/lib/impact';

export const ImpactReport = ({ report }: { report: Impact }) => {
  const rows = report.executions.filter((one) => one.verdict !== 'current');
  return (
    <>
      <p class="mb-2 text-13">{impactSentence(report)}</p>
      {rows.length > 0 && (
        <ul class="m-0 max-h-[45vh] list-none overflow-y-auto border border-line p-0">
          {rows.map((one) => (
            <li key={one.execution_id} class="border-b border-line px-3 py-2 text-13 last:border-b-0" data-verdict={one.verdict}>
              <div class="flex flex-wrap items-center gap-x-3">
                <a class="link mono text-12" href={`/executions/${one.execution_id}`}>
                  {shortId(one.execution_id)}
                </a>
                <span class="font-medium">{one.pipeline}</span>
                <Status status={one.status} />
                <span class="ml-auto text-text-2">{one.verdict === 'movable' ? 'Can be moved' : 'Stays'}</span>
              </div>
              {one.obstacles.map((obstacle) => (
                <p key={obstacle.message} class="mt-1 text-12 text-text-2">
                  {obstacle.message}
                </p>
              ))}
            </li>
          ))}
        </ul>
      )}
    </>
  );
};
