/** The glyphs of controls: 16 px, one stroke weight, drawn in the text's colour. */
import { component$ } from '@builder.io/qwik';

const PATHS = {
  copy: 'M5.5 5.5V3.2c0-.7.5-1.2 1.2-1.2h6.1c.7 0 1.2.5 1.2 1.2v6.1c0 .7-.5 1.2-1.2 1.2h-2.3M3.2 5.5h6.1c.7 0 1.2.5 1.2 1.2v6.1c0 .7-.5 1.2-1.2 1.2H3.2c-.7 0-1.2-.5-1.2-1.2V6.700c0-.7.5-1.2 1.2-1.200z',
  check: 'M3 8.5 6.3 12 13 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  chevron: 'M6 4l4 4-4 4',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7 14 14',
  sun: 'M8 10.800a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.600zM8 1.500v1.300M8 13.200v1.300M14.5 8h-1.300M2.8 8H1.500M12.6 3.400l-.9.9M4.3 11.700l-.9.9M12.6 12.600l-.9-.9M4.3 4.300l-.9-.9',
  moon: 'M13.5 9.700A5.8 5.8 0 0 1 6.3 2.500a5.8 5.8 0 1 0 7.2 7.200z',
  screen: 'M2.7 3h10.600c.4 0 .7.3.7.700v6.600c0 .4-.3.7-.7.700H2.700a.7.7 0 0 1-.7-.7V3.700c0-.4.3-.7.7-.7zM6 13.500h4M8 11v2.5',
  keyboard: 'M2.5 4h11c.6 0 1 .4 1 1v6c0 .6-.4 1-1 1h-11c-.6 0-1-.4-1-1V5c0-.6.4-1 1-1zM4.5 7h.01M7 7h.01M9.5 7h.01M12 7h.01M5 9.500h6',
  person: 'M8 8.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.8 13.500c.8-2.200 2.800-3.400 5.200-3.400s4.400 1.200 5.200 3.400',
  signOut: 'M6 2.500H3.500c-.6 0-1 .4-1 1v9c0 .6.4 1 1 1H6M10.5 11l3-3-3-3M13.2 8H6.5',
  retry: 'M13 8a5 5 0 1 1-1.5-3.500L13 6M13 2.800V6H9.8',
  stop: 'M4.5 4.500h7v7h-7z',
  plus: 'M8 3.500v9M3.5 8h9',
  minus: 'M3.5 8h9',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.800V8l2.2 1.500',
  bookmark: 'M4.5 2.500h7v11L8 10.800l-3.5 2.700z',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = component$<{ name: IconName; size?: number; class?: string }>(({ name, size = 16, class: extra }) => (
  <svg
    class={extra}
    width={size}
    height={size}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d={PATHS[name]} />
  </svg>
));
