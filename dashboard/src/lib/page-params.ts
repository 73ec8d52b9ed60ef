/** What a page is asked for in its URL, as text: read, and written again. Pure. */

/** The value of a name without the space around it; nothing for an empty one. */
export function textOf(params: URLSearchParams, name: string): string | undefined {
  return params.get(name)?.trim() || undefined;
}

/** Those of the names that have a value, in this order. */
export function paramsOf<N extends string>(values: { readonly [name in N]?: string }, names: readonly N[]): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of names) {
    const value = values[name];
    if (value) params.set(name, value);
  }
  return params;
}

/** A path of this site with its query, where there is one. */
export function withParams(path: string, params: URLSearchParams): string {
  return params.size === 0 ? path : `${path}?${params}`;
}
