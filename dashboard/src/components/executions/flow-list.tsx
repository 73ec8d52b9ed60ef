/** The definition as a list, with what an execution did: the form for narrow screens, and for reading in order. */
import { Icon } from '~/components/ui/icon';
import { StatusMark, statusWord } from '~/components/ui/status-mark';
import type { FlowNode } from '~/lib/flow';
import { formatCount } from '~/lib/time';

/** Cards carry `data-flow`, the step that they open. */
export function flowList(nodes: FlowNode[], selected: string | undefined) {
  return (
    <ol class="flow-list">
      {nodes.map((node) => (
        <li key={node.name} class="flow-item" data-reached={node.times > 0 ? 'true' : 'false'}>
          {flowCard(node, selected)}
          {node.lanes.length > 0 && (
            <div class="flow-lanes">
              {node.lanes.map((lane) => (
                <section key={lane.label} class="flow-lane" data-reached={lane.taken ? 'true' : 'false'} aria-label={`${node.name}, ${lane.label}`}>
                  <p class="flow-label">{lane.label}</p>
                  {flowList(lane.nodes, selected)}
                </section>
              ))}
            </div>
          )}
          {node.ways.length > 0 && (
            <ul class="flow-ways">
              {node.ways.map((way) => (
                <li key={`${way.label}:${way.target}`} class="flow-way" data-reached={way.taken ? 'true' : 'false'}>
                  <span class="mono">{way.label}</span>
                  <Icon name="chevron" size={10} />
                  {way.target}
                  {way.taken && <span class="sr-only">, taken</span>}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
}

function flowCard(node: FlowNode, selected: string | undefined) {
  const inside = (
    <>
      {node.status ? <StatusMark status={node.status} /> : <StatusMark status="pending" />}
      <span class="min-w-0">
        <span class="block truncate font-medium">{node.name}</span>
        <span class="mono block truncate text-12 text-text-3">{node.type.replace(/^step\./, '')}</span>
        {node.condition && (
          <span class="mono block truncate text-12 text-text-3" title={node.condition}>
            if {node.condition}
          </span>
        )}
      </span>
      <span class="ml-auto flex-none text-right text-12 text-text-3">
        {node.times > 1 && <span class="block">{formatCount(node.times)} times</span>}
        {node.failed > 0 && node.times > 1 && <span class="block text-bad">{formatCount(node.failed)} failed</span>}
        {node.compensates && (
          <span class="block" title="It can be undone">
            undoable
          </span>
        )}
      </span>
      <span class="sr-only">, {node.status ? statusWord(node.status) : 'not reached'}</span>
    </>
  );
  if (!node.step) return <div class="flow-card">{inside}</div>;
  return (
    <button type="button" class="flow-card" data-flow={node.step} data-status={node.status} aria-pressed={selected === node.step ? 'true' : 'false'}>
      {inside}
    </button>
  );
}
