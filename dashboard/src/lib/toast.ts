/** Browser only: a short word that something was done, shown by `ui/toasts.tsx`. What went wrong belongs beside what was pressed instead. */

export interface Toast {
  text: string;
  tone?: 'ok' | 'bad';
  /** Where to look at what was done. */
  href?: string;
  link?: string;
}

export const TOAST_EVENT = 'toast';
const KEPT = 'wf_toast';

export function toast(one: Toast): void {
  document.dispatchEvent(new CustomEvent<Toast>(TOAST_EVENT, { detail: one }));
}

/** Shown by the page that comes next: for what is done and then loads a page anew. */
export function toastNext(one: Toast): void {
  sessionStorage.setItem(KEPT, JSON.stringify(one));
}

export function keptToast(): Toast | undefined {
  const text = sessionStorage.getItem(KEPT);
  if (text === null) return undefined;
  sessionStorage.removeItem(KEPT);
  try {
    return JSON.parse(text) as Toast;
  } catch {
    return undefined;
  }
}
