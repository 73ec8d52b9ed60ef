/** Where a page lies: what is above it, the nearest last. */
import { keyFor } from '~/lib/keys';

export interface Crumb {
  href: string;
  label: string;
}

export const Crumbs = ({ trail }: { trail: readonly Crumb[] }) => (
  <nav class="mb-1 text-12 wrap-anywhere text-text-3" aria-label="Where this is">
    {trail.map(({ href, label }, at) => (
      <span key={keyFor(href)}>
        {at > 0 && ' / '}
        <a class="row-link" href={href}>
          {label}
        </a>
      </span>
    ))}
  </nav>
);
