/** A new application in the builder: first what it begins with, then the builder itself. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { StepType } from '~/builder/document/catalog';
import { session } from '~/builder/session';
import { BuilderView } from '~/components/builder/builder-view';
import { PageHeader } from '~/components/ui/page-header';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { failWith, get } from '~/lib/api';
import { TEMPLATES, templateText } from '~/lib/templates';

export const useBeginning = routeLoader$(async (event) => {
  const text = templateText(event.query.get('template') ?? '');
  if (text === undefined) return { templates: TEMPLATES };
  const types = await get<{ items: StepType[] }>(event, '/api/v1/step-types');
  if (!types.ok) {
    failWith(event, types.problem);
    return { problem: types.problem };
  }
  const slim = types.value.items.map((type) => ({ ...type, config: {} }));
  return { session: session(text, slim) };
});

export default component$(() => {
  const { templates, problem, session: begun } = useBeginning().value;
  if (problem) return <ProblemPanel problem={problem} />;
  if (begun) return <BuilderView session={begun} environments={[]} />;
  return (
    <>
      <PageHeader title="New application" note="What should it begin with?" />
      <ul class="grid max-w-[960px] gap-x-6 px-3 py-3 sm:grid-cols-2 sm:px-4">
        {templates?.map(({ name, title, about }) => (
          <li key={name} class="border-b border-line">
            <a class="block px-2 py-3 no-underline hover:bg-hover" href={`/applications/new/build?template=${name}`}>
              <span class="block text-14 font-medium">{title}</span>
              <span class="block text-13 text-text-2">{about}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
});

export const head: DocumentHead = { title: 'New application' };
