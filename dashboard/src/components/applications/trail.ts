/** Where pages of an application lie. */
import type { Crumb } from '~/components/ui/crumbs';

/** Of a page about `application`; of the application itself, or of a new one, without. */
export function trailOf(application?: { id: string; name: string }): Crumb[] {
  const all = { href: '/applications', label: 'Applications' };
  return application ? [all, { href: `/applications/${application.id}`, label: application.name }] : [all];
}
