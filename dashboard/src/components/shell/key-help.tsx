/** The keys of the pages; `?` opens it. */
import { component$ } from '@builder.io/qwik';

const GROUPS: { title: string; keys: { press: string[]; does: string }[] }[] = [
  {
    title: 'Anywhere',
    keys: [
      { press: ['?'], does: 'Show these keys' },
      { press: ['Ctrl K'], does: 'Go anywhere, do anything' },
      { press: ['/'], does: 'Filter' },
      { press: ['Esc'], does: 'Close, or leave a field' },
    ],
  },
  {
    title: 'Lists',
    keys: [
      { press: ['j', '↓'], does: 'Next row' },
      { press: ['k', '↑'], does: 'Previous row' },
      { press: ['Enter'], does: 'Open the row' },
      { press: ['x'], does: 'Pick an execution, to compare or to act on' },
      { press: ['c'], does: 'Compare the two that are picked' },
    ],
  },
  {
    title: 'Two versions beside each other',
    keys: [{ press: ['n', 'p'], does: 'Next or previous change' }],
  },
  {
    title: 'Time travel',
    keys: [
      { press: ['t'], does: 'Begin or end it' },
      { press: ['[', ']'], does: 'Event before or after' },
    ],
  },
  {
    title: 'Timeline',
    keys: [
      { press: ['↑', '↓'], does: 'Previous or next step' },
      { press: ['Home', 'End'], does: 'First or last step' },
      { press: ['Enter'], does: 'Open the details' },
      { press: ['→', '←'], does: 'Open or close a block' },
      { press: ['f'], does: 'Go to the failed step' },
      { press: ['+', '-', '0'], does: 'Zoom in, out, to the whole' },
      { press: ['Shift →', 'Shift ←'], does: 'Move what is zoomed' },
    ],
  },
];

export const KeyHelp = component$(() => (
  <dialog id="keys" class="dialog" aria-labelledby="keys-title">
    <form method="dialog">
      <h2 id="keys-title" class="mb-3 text-16 font-semibold">
        Keys
      </h2>
      {GROUPS.map((group) => (
        <div key={group.title} class="mb-4">
          <h3 class="mb-1 text-12 font-medium text-text-3">{group.title}</h3>
          <dl>
            {group.keys.map((key) => (
              <div key={key.does} class="flex h-7 items-center justify-between gap-4 text-13">
                <dt>{key.does}</dt>
                <dd class="flex gap-1">
                  {key.press.map((press) => (
                    <kbd key={press} class="kbd">
                      {press}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      <div class="flex justify-end">
        <button type="submit" class="btn">
          Close
        </button>
      </div>
    </form>
  </dialog>
));
