import { component$ } from '@builder.io/qwik';
import { Deployed } from '~/components/applications/deployed';
import { RouteTable } from '~/components/applications/route-table';
import type { Deployed as DeployedItem, RouteItem } from '~/lib/api-types';

export interface Application {
  id: string;
  name: string;
  version: number;
  pipelines: number;
  routes: RouteItem[];
  origin: string;
  deployed: DeployedItem[];
}

const ROUTES_SHOWN = 6;

export const ApplicationList = component$<{ applications: Application[] }>(({ applications }) => (
  <ul>
    {applications.map((application) => (
      <li key={application.id} class="grid gap-x-8 gap-y-3 border-b border-line px-3 py-5 sm:px-4 md:grid-cols-[minmax(220px,300px)_minmax(0,1fr)]">
        <div class="min-w-0">
          <h2 class="text-16 font-semibold wrap-anywhere">
            <a class="row-link" href={`/applications/${application.id}`}>
              {application.name}
            </a>
          </h2>
          <p class="mt-2 flex flex-wrap gap-x-3 gap-y-1 text-12 text-text-2">
            <span>Version {application.version}</span>
            <span>
              {application.pipelines} {application.pipelines === 1 ? 'pipeline' : 'pipelines'}
            </span>
          </p>
          <Deployed deployed={application.deployed} latest={application.version} />
          <p class="mt-3 flex gap-2">
            <a class="btn btn-small" href={`/applications/${application.id}`}>
              Open
            </a>
            <a class="btn btn-small" href={`/executions?workflow=${encodeURIComponent(application.name)}`}>
              Executions
            </a>
          </p>
        </div>
        <div class="min-w-0">
          {application.routes.length === 0 ? (
            <p class="text-13 text-text-3">No HTTP routes. Its pipelines are started by name, by events or by time.</p>
          ) : (
            <>
              <RouteTable routes={application.routes.slice(0, ROUTES_SHOWN)} origin={application.origin} />
              {application.routes.length > ROUTES_SHOWN && (
                <p class="mt-2 text-13">
                  <a class="link" href={`/applications/${application.id}`}>
                    {application.routes.length - ROUTES_SHOWN} more routes
                  </a>
                </p>
              )}
            </>
          )}
        </div>
      </li>
    ))}
  </ul>
));
