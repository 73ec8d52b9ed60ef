/** Erases what lives of the company in a region that is not its home; the slug has to be typed. For owners. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { TypeToConfirm } from '~/components/ui/type-to-confirm';
import { post } from '~/lib/api';
import type { ClearedRegionItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

interface Props {
  tenant: string;
  region: string;
  /** Definitions may go there, so executions may be started at any time. */
  isInUse: boolean;
}

export const ClearRegion = component$<Props>(({ tenant, region, isInUse }) => {
  const clear = $(async ({ confirm }: { [name: string]: string }) => {
    const answer = await post<ClearedRegionItem>(`/api/v1/tenants/${encodeURIComponent(tenant)}/regions/${encodeURIComponent(region)}/clear`, { confirm });
    if (!answer.ok) return answer.problem;
    toastNext({ text: `What lives in ${region} is being erased.` });
    location.assign('/regions');
  });
  return (
    <Confirm
      label="Clear"
      button="btn btn-small btn-danger"
      describe={`Clear ${region}`}
      title={`Erase what lives in ${region}`}
      verb="Erase it"
      keep="Keep it"
      width={520}
      disabled={isInUse}
      hint={isInUse ? 'Change where definitions go to “Nowhere” first: until then executions may be started there at any time.' : undefined}
      act={clear}
    >
      <p>
        All that is in {region} of {tenant} is erased: executions that live there, running ones where they stand, their databases, files and dead letters. The
        home keeps everything of its own. It cannot be undone; an export of that region first keeps a copy.
      </p>
      <TypeToConfirm text={tenant} />
    </Confirm>
  );
});
