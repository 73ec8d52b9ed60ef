/** The versions of an application: what is different between two, what one means for what runs, and deploying it. */
import { component$ } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { DeployButton } from '~/components/applications/deploy-button';
import { ImpactDialog } from '~/components/applications/impact-dialog';
import { TextDiff } from '~/components/editor/text-diff';
import { Copy } from '~/components/ui/copy';
import { Moment } from '~/components/ui/moment';
import { ProblemNotice } from '~/components/ui/problem-notice';
import type { LineDiff } from '~/editor/line-diff';
import type { Deployed, VersionItem } from '~/lib/api-types';

export interface ComparedVersions {
  left: number;
  right: number;
  diff?: LineDiff;
  problem?: ProblemBody;
}

interface Props {
  application: { id: string; name: string; versions: VersionItem[]; deployed: Deployed[]; compared?: ComparedVersions };
  now: number;
}

export const VersionList = component$<Props>(({ application, now }) => {
  const { id, name, versions, deployed, compared } = application;
  const environments = deployed.map((one) => one.environment);
  const page = `/applications/${id}?view=versions`;
  return (
    <>
      {compared && (
        <section class="px-3 pt-3 sm:px-4" aria-label="Two versions beside each other">
          <div class="mb-2 flex items-center gap-4">
            <h2 class="text-14 font-semibold">
              Version {compared.left} and version {compared.right}
            </h2>
            <a class="link text-13" href={page}>
              Close
            </a>
          </div>
          {compared.diff ? (
            <div class="border border-line bg-surface">
              <TextDiff diff={compared.diff} left={`Version ${compared.left}`} right={`Version ${compared.right}`} />
            </div>
          ) : (
            <ProblemNotice problem={compared.problem} />
          )}
        </section>
      )}
      <ul class="max-w-[960px] px-3 py-3 sm:px-4">
        {versions.map((version, at) => (
          <li key={version.version} class="flex min-h-9 flex-wrap items-center gap-x-4 border-b border-line py-1 text-13">
            <a class="row-link font-medium" href={`/applications/${id}?view=source&version=${version.version}`}>
              Version {version.version}
            </a>
            <Copy text={version.hash} shown={version.hash.slice(0, 12)} label="Content hash" class="mono text-12 text-text-2" />
            {deployed
              .filter((one) => one.version === version.version)
              .map((one) => (
                <span key={one.environment} class="text-12 text-ok">
                  {one.environment}
                </span>
              ))}
            <span class="ml-auto flex flex-wrap items-center gap-x-1 text-text-2">
              {version.created_at && (
                <span class="mr-3">
                  <Moment at={version.created_at} now={now} />
                </span>
              )}
              {versions[at + 1] && (
                <a
                  class="btn btn-quiet"
                  href={`${page}&compare=${versions[at + 1]!.version}..${version.version}`}
                  aria-label={`Changes in version ${version.version}`}
                >
                  Changes
                </a>
              )}
              <ImpactDialog workflow={id} environments={environments} version={version.version} />
              <DeployButton workflow={{ id, name }} version={version.version} environments={environments} />
            </span>
          </li>
        ))}
        {versions.length === 0 && <li class="py-8 text-text-2">The versions could not be loaded.</li>}
      </ul>
    </>
  );
});
