/**
 * Pulling with the pointer: a type from the palette or a card to a place for a step, a way from a choice to a card, and
 * the canvas itself. Escape lets go; whatever is let go beside a place changes nothing.
 */
import { type Signal, useVisibleTask$ } from '@builder.io/qwik';
import { isJsonObject } from '#contracts/json';
import { addOf, connectOf, moveOf } from '~/builder/actions';
import { catalogOf } from '~/builder/document/catalog';
import { stepAt } from '~/builder/document/outline';
import { exitsOf } from '~/builder/document/ways';
import type { Session } from '~/builder/session';
import { Draft } from '~/builder/yaml/edit';

/** Pressed, not pulled, up to here; px. */
const STILL = 5;
/** How near to a place it has to be dropped, px on the screen. */
const NEAR = 70;

interface Pull {
  kind: 'type' | 'step' | 'way';
  id: string;
  from: { x: number; y: number };
  ghost?: HTMLElement;
}

export function useDragging(session: Session, root: Signal<HTMLElement | undefined>): void {
  useVisibleTask$(
    ({ cleanup }) => {
      const host = root.value!;
      let pull: Pull | undefined;
      let pan: { box: HTMLElement; x: number; y: number } | undefined;

      const start = (event: PointerEvent) => {
        if (event.button !== 0 || event.pointerType === 'touch') return;
        const target = event.target as Element;
        const what = target.closest<HTMLElement>('[data-drag]');
        if (what) {
          const [kind, ...id] = what.dataset.drag!.split(' ');
          pull = { kind: kind as Pull['kind'], id: id.join(' '), from: { x: event.clientX, y: event.clientY } };
          return;
        }
        const box = target.closest<HTMLElement>('[data-pan]');
        if (box && !target.closest('button')) pan = { box, x: event.clientX + box.scrollLeft, y: event.clientY + box.scrollTop };
      };
      const move = (event: PointerEvent) => {
        if (pan) {
          pan.box.scrollLeft = pan.x - event.clientX;
          pan.box.scrollTop = pan.y - event.clientY;
        }
        if (!pull) return;
        if (!pull.ghost) {
          if (Math.hypot(event.clientX - pull.from.x, event.clientY - pull.from.y) < STILL) return;
          pull.ghost = ghostOf(pull, session);
          host.dataset.pulling = pull.kind;
        }
        event.preventDefault();
        pull.ghost.style.left = `${event.clientX + 12}px`;
        pull.ghost.style.top = `${event.clientY + 12}px`;
        if (pull.kind === 'way') drawWay(host, pull.id, event);
        mark(host, pull.kind === 'way' ? cardAt(event, pull.id) : spotNear(host, event));
        scrollAtEdges(host, event);
      };
      const drop = (event: PointerEvent) => {
        pan = undefined;
        if (!pull) return;
        const { kind, id, ghost } = pull;
        if (ghost) {
          // The press that ends a pull is no click.
          window.addEventListener('click', swallow, { capture: true, once: true });
          setTimeout(() => window.removeEventListener('click', swallow, { capture: true }));
          const place = kind === 'way' ? cardAt(event, id) : spotNear(host, event);
          if (place) dropOn(session, kind, id, place);
        }
        stop();
      };
      const stop = () => {
        pull?.ghost?.remove();
        pull = undefined;
        pan = undefined;
        delete host.dataset.pulling;
        mark(host, undefined);
      };
      const key = (event: KeyboardEvent) => {
        if (event.key === 'Escape' && pull?.ghost) {
          event.stopPropagation();
          stop();
        }
      };
      host.addEventListener('pointerdown', start);
      window.addEventListener('pointermove', move);
      window.addEventListener('pointerup', drop);
      window.addEventListener('pointercancel', stop);
      window.addEventListener('keydown', key, { capture: true });
      cleanup(() => {
        host.removeEventListener('pointerdown', start);
        window.removeEventListener('pointermove', move);
        window.removeEventListener('pointerup', drop);
        window.removeEventListener('pointercancel', stop);
        window.removeEventListener('keydown', key, { capture: true });
      });
    },
    { strategy: 'document-ready' },
  );
}

function dropOn(session: Session, kind: Pull['kind'], id: string, place: HTMLElement): void {
  const spot = session.model.spots.find((one) => one.id === place.dataset.spot);
  if (kind === 'type') {
    if (spot) addOf(session, id, { list: spot.list, index: spot.index });
    return;
  }
  const found = stepAt(session.model.flows, id);
  if (!found) return;
  if (kind === 'step') {
    if (spot) moveOf(session, found.step, { list: spot.list, index: spot.index });
    return;
  }
  const target = found.list.steps.find((one) => one.id === place.dataset.node);
  if (!target) {
    session.notice = { text: 'A way leads to a step beside it: into a block, or out of one, none can lead.', refused: true };
    return;
  }
  const own = new Draft(session.past.text).get(found.step.path);
  const exits = isJsonObject(own) ? exitsOf(own, catalogOf(session.types).get(found.step.type)) : [];
  const exit = exits.find((one) => one.asks || !found.step.ways.some((way) => way.path.at(-1) === one.key)) ?? exits[0];
  if (exit) connectOf(session, found.step, exit, target.name);
}

function ghostOf({ kind, id }: Pull, session: Session): HTMLElement {
  const ghost = document.createElement('div');
  ghost.className = 'builder-ghost';
  ghost.textContent = kind === 'type' ? id.replace(/^step\./, '') : kind === 'step' ? (stepAt(session.model.flows, id)?.step.name ?? '') : 'leads to…';
  document.body.append(ghost);
  return ghost;
}

function spotNear(host: HTMLElement, { clientX, clientY }: PointerEvent): HTMLElement | undefined {
  const canvas = host.querySelector('[data-pan]')?.getBoundingClientRect();
  if (!canvas || clientX < canvas.left || clientX > canvas.right || clientY < canvas.top || clientY > canvas.bottom) return undefined;
  let nearest: { place: HTMLElement; distance: number } | undefined;
  for (const place of host.querySelectorAll<HTMLElement>('[data-spot]')) {
    const box = place.getBoundingClientRect();
    const distance = Math.hypot(clientX - (box.left + box.width / 2), clientY - (box.top + box.height / 2));
    if (distance < NEAR && (!nearest || distance < nearest.distance)) nearest = { place, distance };
  }
  return nearest?.place;
}

function cardAt({ clientX, clientY }: PointerEvent, from: string): HTMLElement | undefined {
  const card = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>('[data-graph] [data-node]');
  return card && card.dataset.node !== from ? card : undefined;
}

function mark(host: HTMLElement, place: HTMLElement | undefined): void {
  for (const one of host.querySelectorAll<HTMLElement>('[data-over]')) if (one !== place) delete one.dataset.over;
  if (place) place.dataset.over = 'true';
}

function drawWay(host: HTMLElement, id: string, { clientX, clientY }: PointerEvent): void {
  const line = host.querySelector('[data-way-line]');
  const graph = host.querySelector<HTMLElement>('[data-graph]');
  const handle = [...host.querySelectorAll<HTMLElement>('.builder-handle')].find((one) => one.dataset.drag === `way ${id}`);
  if (!line || !graph || !handle) return;
  const box = graph.getBoundingClientRect();
  const scale = box.width / graph.offsetWidth;
  const from = handle.getBoundingClientRect();
  const to = (x: number, y: number) => [(x - box.left) / scale, (y - box.top) / scale];
  const [x1, y1] = to(from.left + from.width / 2, from.top + from.height / 2);
  const [x2, y2] = to(clientX, clientY);
  for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, String(value));
}

function scrollAtEdges(host: HTMLElement, { clientX, clientY }: PointerEvent): void {
  const box = host.querySelector<HTMLElement>('[data-pan]');
  if (!box) return;
  const { left, right, top, bottom } = box.getBoundingClientRect();
  if (clientX < left || clientX > right) return;
  if (clientY > bottom - 32 && clientY < bottom + 32) box.scrollTop += 12;
  if (clientY < top + 32 && clientY > top - 32) box.scrollTop -= 12;
}

function swallow(event: Event): void {
  event.stopImmediatePropagation();
  event.preventDefault();
}
