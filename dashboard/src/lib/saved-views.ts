/** Filters of the executions under a name. They are kept in this browser, apart for each tenant. Browser only, but for `parseViews`. */

export interface SavedView {
  name: string;
  /** `?status=failed&workflow=orders`; '' is all of them. */
  query: string;
}

const MOST = 30;

const keyOf = (tenant: string) => `wf_views:${tenant}`;

export function parseViews(text: string | null): SavedView[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.filter(isView).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is SavedView {
  const { name, query } = (value ?? {}) as Partial<SavedView>;
  return typeof name === 'string' && name !== '' && typeof query === 'string' && (query === '' || query.startsWith('?'));
}

export function savedViews(tenant: string): SavedView[] {
  return parseViews(localStorage.getItem(keyOf(tenant)));
}

/** A view of the same name is replaced. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [...views.filter((one) => one.name !== view.name), view].sort((a, b) => a.name.localeCompare(b.name)).slice(0, MOST);
}

export function keepViews(tenant: string, views: readonly SavedView[]): void {
  localStorage.setItem(keyOf(tenant), JSON.stringify(views));
}

/** Whose page this is; the shell says it. */
export function tenantOfPage(): string {
  return document.querySelector<HTMLElement>('[data-tenant]')?.dataset.tenant ?? '';
}
