/** The same pipeline as a list: what small screens show in place of the graph. */
import { $, component$ } from '@builder.io/qwik';
import { shiftOf } from '~/builder/actions';
import { type Step, type StepList as Steps, stepAt } from '~/builder/document/outline';
import { diagnosticsOf, flowOf, type Session } from '~/builder/session';
import { Icon } from '~/components/ui/icon';
import { keyFor } from '~/lib/keys';

export const StepList = component$<{ session: Session }>(({ session }) => {
  const press = $((event: Event) => {
    const button = (event.target as Element).closest<HTMLElement>('button');
    const id = button?.dataset.node ?? button?.dataset.shift;
    if (!button || !id) return;
    if (button.dataset.node !== undefined) {
      session.selected = id;
      return;
    }
    const found = stepAt(session.model.flows, id);
    if (found) shiftOf(session, found.step, button.dataset.by === 'up' ? -1 : 1);
  });
  const flow = flowOf(session.model, session.flow);
  if (!flow) return null;
  return (
    <section class="builder-list" aria-label={`Steps of ${flow.label}`} onClick$={press}>
      <p class="px-3 pt-3 text-12 text-text-3">Starts with {flow.trigger}</p>
      {items(flow.list, session)}
    </section>
  );
});

function items(list: Steps, session: Session) {
  return <ol>{list.steps.map((step, index) => item(step, session, index === 0, index === list.steps.length - 1))}</ol>;
}

function item(step: Step, session: Session, first: boolean, last: boolean) {
  const mistakes = diagnosticsOf(session.diagnostics, step.id);
  const state = mistakes.some((one) => one.severity === 'error') ? 'error' : 'warning';
  return (
    <li key={keyFor(step.id)}>
      <div class="flex items-center gap-1 border-b border-line">
        <button type="button" class="builder-row" data-node={step.id} aria-pressed={session.selected === step.id ? 'true' : 'false'}>
          <span class="block truncate font-medium">{step.name || 'unnamed'}</span>
          <span class="mono block truncate text-12 text-text-3">
            {step.type.replace(/^step\./, '')}
            {step.ways.length > 0 && ` → ${step.ways.map((way) => `${way.label}: ${way.target}`).join(', ')}`}
          </span>
        </button>
        {mistakes.length > 0 && (
          <span class="builder-flag" data-problem={state}>
            {mistakes.length}
            <span class="sr-only"> {state === 'error' ? 'mistakes' : 'warnings'}</span>
          </span>
        )}
        <button type="button" class="btn btn-quiet btn-icon" aria-label={`Move ${step.name} up`} data-shift={step.id} data-by="up" disabled={first}>
          <Icon name="chevron" class="-rotate-90" />
        </button>
        <button type="button" class="btn btn-quiet btn-icon" aria-label={`Move ${step.name} down`} data-shift={step.id} data-by="down" disabled={last}>
          <Icon name="chevron" class="rotate-90" />
        </button>
      </div>
      {step.lanes.map((lane) => (
        <div key={keyFor(lane.id)} class="ml-3 border-l border-line-strong">
          <p class="px-3 pt-2 text-12 text-text-3">{lane.label}</p>
          {items(lane.list, session)}
        </div>
      ))}
    </li>
  );
}
