/** Certificates of companies that were erased in this region: for the operator of the platform. */
import { component$ } from '@builder.io/qwik';
import { Actor } from '~/components/ui/actor';
import { Copy, shortId } from '~/components/ui/copy';
import { Moment } from '~/components/ui/moment';
import type { ActorNames } from '~/lib/actors';
import type { ErasureCertificateItem } from '~/lib/api-types';
import { STAGE_WORDS } from '~/lib/regions';

export const Certificates = component$<{ certificates: ErasureCertificateItem[]; names: ActorNames; now: number }>(({ certificates, names, now }) => (
  <section aria-labelledby="certificates">
    <div class="flex min-h-14 flex-wrap items-center gap-3 px-3 pt-4 pb-2 sm:px-4">
      <h2 id="certificates" class="text-16 font-semibold">
        Certificates of erasure
      </h2>
    </div>
    {certificates.length === 0 ? (
      <p class="max-w-[640px] px-3 pb-6 text-13 text-text-2 sm:px-4">No company has been erased in this region. When one is, its certificate stays here.</p>
    ) : (
      <ul>
        {certificates.map((certificate) => (
          <li key={certificate.id} class="border-t border-line px-3 py-3 text-13 sm:px-4">
            <p class="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <span class="font-medium">{certificate.tenant}</span>
              <span class="text-text-2">
                erased <Moment at={certificate.finished_at} now={now} />, ordered by <Actor by={certificate.requested_by} names={names} />
              </span>
            </p>
            <p class="mt-1 text-12 text-text-2">
              {certificate.regions
                .map(
                  ({ region, erased }) =>
                    `${region}: ${erased.map(({ count, stage }) => `${count} ${STAGE_WORDS[stage].toLowerCase()}`).join(', ') || 'nothing was there'}`,
                )
                .join('; ')}
            </p>
            <p class="mt-1 text-12 text-text-3">
              <Copy
                text={JSON.stringify(certificate)}
                shown={shortId(certificate.hash)}
                label={`the certificate of ${certificate.tenant}`}
                class="mono"
                always
              />
            </p>
          </li>
        ))}
      </ul>
    )}
  </section>
));
