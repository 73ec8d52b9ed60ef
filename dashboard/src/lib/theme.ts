/** The pinned theme: a cookie, so that the server paints it, and localStorage, which outlives cookies. No pin means the system's. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function themeFromCookie(header: string | null | undefined): 'light' | 'dark' | undefined {
  const match = /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(header ?? '');
  return match ? (match[1] as 'light' | 'dark') : undefined;
}

/** Runs before the first paint: brings a pin back whose cookie has been lost. */
export const THEME_SCRIPT = `try{var t=localStorage.getItem('theme');if((t==='light'||t==='dark')&&document.documentElement.dataset.theme!==t){document.documentElement.dataset.theme=t;document.cookie='theme='+t+';path=/;max-age=31536000;samesite=lax'}}catch(e){}`;

/** Browser only. */
export function pinTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'system') {
    delete root.dataset.theme;
    localStorage.removeItem('theme');
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
    document.cookie = 'theme=;path=/;max-age=0;samesite=lax';
  } else {
    root.dataset.theme = theme;
    localStorage.setItem('theme', theme);
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
    document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax`;
  }
}
