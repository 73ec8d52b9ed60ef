/** A switch whose state lives in the URL. */
export const ToggleLink = ({ href, on, label }: { href: string; on: boolean; label: string }) => (
  <a class="toggle" role="switch" aria-checked={on ? 'true' : 'false'} href={href}>
    <span class="toggle-track" />
    {label}
  </a>
);
