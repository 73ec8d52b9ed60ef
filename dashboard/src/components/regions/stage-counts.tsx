/** How much was erased or moved of each kind, with its hash. */
import { Copy, shortId } from '~/components/ui/copy';
import type { ErasureItem } from '~/lib/api-types';
import { STAGE_WORDS } from '~/lib/regions';

interface Props {
  counts: ErasureItem['erased'];
  label: string;
  verb: string;
  /** What the hash is over. */
  over: string;
}

export const StageCounts = ({ counts, label, verb, over }: Props) => (
  <table class="mt-3 w-full max-w-[720px] text-13" aria-label={label}>
    <thead>
      <tr class="border-b border-line text-left text-12 text-text-3">
        <th scope="col" class="py-1 font-medium">
          What
        </th>
        <th scope="col" class="py-1 pr-6 text-right font-medium">
          {verb}
        </th>
        <th scope="col" class="py-1 font-medium">
          SHA-256 over {over}
        </th>
      </tr>
    </thead>
    <tbody>
      {counts.map(({ stage, count, sha256 }) => (
        <tr key={stage} class="h-8 border-b border-line">
          <td>{STAGE_WORDS[stage]}</td>
          <td class="pr-6 text-right tabular-nums">{count.toLocaleString('en')}</td>
          <td class="text-text-2">
            {sha256 === '' ? 'none' : <Copy text={sha256} shown={shortId(sha256)} label={`hash of ${STAGE_WORDS[stage]}`} class="mono" />}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
