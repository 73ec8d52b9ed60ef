/** States and the ways between them, with how many instances are where. The table beside it says the same in words. */
import { component$ } from '@builder.io/qwik';
import type { Drawing, DrawnState, DrawnWay } from '~/lib/machine-layout';
import { formatCount } from '~/lib/time';

interface Props {
  drawing: Drawing;
  label: string;
  /** The state an instance is in. */
  current?: string;
  /** Of an instance: no counts. */
  plain?: boolean;
  /** Page that lists the instances; each state leads to its own. */
  base?: string;
}

const LINE_HEIGHT = 15;

export const MachineDiagram = component$<Props>(({ drawing, label, current, plain, base }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
  <section class="machine-scroll" tabIndex={0} aria-label={label}>
    <svg
      class="machine"
      width={drawing.width}
      height={drawing.height}
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      role={base ? undefined : 'img'}
      aria-label={label}
    >
      <defs>
        <marker id="machine-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
          <path d="M0 0.5 L7.5 4 L0 7.5 Z" class="machine-arrow" />
        </marker>
      </defs>
      {drawing.ways.map((way) => (
        <path
          key={`${way.from}@${way.to}`}
          d={way.d}
          class="machine-way"
          data-from-current={way.from === current ? 'true' : undefined}
          marker-end="url(#machine-end)"
        />
      ))}
      {drawing.ways.map((way) => wayLabels(way, current))}
      {drawing.states.map((state) => stateBox(state, current, plain ?? false, base))}
    </svg>
  </section>
));

function wayLabels(way: DrawnWay, current: string | undefined) {
  const top = way.y - ((way.labels.length - 1) * LINE_HEIGHT) / 2 + 4;
  return (
    <g key={`${way.from}@${way.to}@labels`} class="machine-labels" data-from-current={way.from === current ? 'true' : undefined}>
      {way.labels.map(({ name, auto, guarded }, index) => (
        <text key={name} x={way.x} y={top + index * LINE_HEIGHT} text-anchor="middle">
          {name}
          {guarded ? ' if' : ''}
          {auto ? ' auto' : ''}
        </text>
      ))}
    </g>
  );
}

function stateBox(state: DrawnState, current: string | undefined, plain: boolean, base: string | undefined) {
  const box = (
    <>
      <rect x={state.x} y={state.y} width={state.width} height={state.height} rx="8" />
      {state.final && <rect class="machine-final" x={state.x + 3} y={state.y + 3} width={state.width - 6} height={state.height - 6} rx="6" />}
      {state.initial && <circle class="machine-initial" cx={state.x} cy={state.y + state.height / 2} r="4" />}
      <text x={state.x + 14} y={state.y + state.height / 2 + 4.5}>
        {state.name}
      </text>
      {!plain && (
        <text class="machine-count" x={state.x + state.width - 14} y={state.y + state.height / 2 + 4.5} text-anchor="end">
          {formatCount(state.count)}
        </text>
      )}
      {state.description && <title>{state.description}</title>}
    </>
  );
  const marks = { class: 'machine-state', 'data-current': state.name === current ? 'true' : undefined, 'data-error': state.error ? 'true' : undefined };
  return base === undefined ? (
    <g key={state.name} {...marks}>
      {box}
    </g>
  ) : (
    <a key={state.name} href={`${base}${base.includes('?') ? '&' : '?'}state=${encodeURIComponent(state.name)}`} {...marks}>
      {box}
    </a>
  );
}
