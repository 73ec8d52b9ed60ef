/** Browser only: what is open stands in the URL, so that a link shows the same; the history does not grow by it. */
export function replaceQuery(change: { [name: string]: string | undefined }): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  history.replaceState(history.state, '', url);
}
