/** Bounds: how much is at work and waits, how fast starts may come, and what a start meets now. */
import { component$ } from '@builder.io/qwik';
import { StatusMark } from '~/components/ui/status-mark';
import { atWork, type BoundItem, boundName, rateWords, startsNow } from '~/lib/quotas';

export const BoundList = component$<{ bounds: BoundItem[]; tenant: string }>(({ bounds, tenant }) => (
  <div>
    <table class="data max-sm:hidden">
      <thead>
        <tr>
          <th scope="col">Whose</th>
          <th scope="col">At work</th>
          <th scope="col">Waiting</th>
          <th scope="col">Starts</th>
          <th scope="col">What a start meets</th>
        </tr>
      </thead>
      <tbody class="rows">
        {bounds.map((bound) => (
          <tr key={boundName(bound, tenant)}>
            <td class="mono">{boundName(bound, tenant)}</td>
            <td class="tabular-nums">{atWork(bound)}</td>
            <td class="tabular-nums">{bound.waiting.toLocaleString('en')}</td>
            <td class="text-text-2">{rateWords(bound.rate)}</td>
            <td>
              <Now bound={bound} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <ul class="sm:hidden">
      {bounds.map((bound) => (
        <li key={boundName(bound, tenant)} class="border-b border-line px-3 py-3">
          <p class="flex flex-wrap items-center gap-x-3 gap-y-1 text-13">
            <span class="mono break-all">{boundName(bound, tenant)}</span>
            <Now bound={bound} />
          </p>
          <p class="mt-1 text-12 text-text-2">
            At work: {atWork(bound)}. Waiting: {bound.waiting.toLocaleString('en')}. Starts: {rateWords(bound.rate)}.
          </p>
        </li>
      ))}
    </ul>
  </div>
));

const Now = ({ bound }: { bound: BoundItem }) => {
  const { word, mark } = startsNow(bound);
  return (
    <span class="status" data-status={mark}>
      <StatusMark status={mark} />
      {word}
    </span>
  );
};
