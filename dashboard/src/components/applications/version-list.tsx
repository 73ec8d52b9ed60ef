/** The versions of an application: what is different between two, what one means for what runs, and deploying it. */
import { component$ } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { DeployButton } from '~/components/applications/deploy-button';
import { ImpactDialog } from '~/components/applications/impact-dialog';
import { TextDiff } from '~/components/editor/text-diff';
import { Copy } from '~/components/ui/copy';
import { type Column, DataTable } from '~/components/ui/data-table';
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
  const columns: Column<VersionItem>[] = [
    {
      title: 'Version',
      cell: ({ version }) => (
        <a class="row-link font-medium" href={`/applications/${id}?view=source&version=${version}`}>
          Version {version}
        </a>
      ),
    },
    { title: 'Content hash', cell: ({ hash }) => <Copy text={hash} shown={hash.slice(0, 12)} label="Content hash" class="mono text-12 text-text-2" /> },
    {
      title: 'Deployed in',
      cell: ({ version }) => {
        const places = deployed.filter((one) => one.version === version).map(({ environment }) => environment);
        return places.length === 0 ? <span class="text-text-3">nowhere</span> : <span class="text-ok">{places.join(', ')}</span>;
      },
    },
    { title: 'Made', phone: 'end', class: 'text-text-2', cell: ({ created_at }) => created_at && <Moment at={created_at} now={now} /> },
    {
      title: 'Actions',
      phone: 'actions',
      cell: ({ version }) => {
        const before = versions[versions.findIndex((one) => one.version === version) + 1];
        return (
          <>
            {before && (
              <a class="btn btn-small" href={`${page}&compare=${before.version}..${version}`} aria-label={`Changes in version ${version}`}>
                Changes
              </a>
            )}
            <ImpactDialog workflow={id} environments={environments} version={version} />
            <DeployButton workflow={{ id, name }} version={version} environments={environments} />
          </>
        );
      },
    },
  ];
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
      {versions.length === 0 ? (
        <p class="px-3 py-8 text-text-2 sm:px-4">The versions could not be loaded. Load the page again.</p>
      ) : (
        <DataTable caption="Versions, newest first" columns={columns} rows={versions} keyOf={({ version }) => String(version)} />
      )}
    </>
  );
});
