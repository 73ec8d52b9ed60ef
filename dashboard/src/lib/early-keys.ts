/**
 * Runs as the page begins to load: Ctrl K pressed before anything listens is kept for `shell/page-actions.tsx`, and does
 * not open the browser's own search.
 */
export const EARLY_KEYS_SCRIPT = `addEventListener('keydown',function(e){var d=document.documentElement.dataset;if((e.ctrlKey||e.metaKey)&&e.key.toLowerCase()==='k'&&!('awake' in d)){e.preventDefault();d.early='palette'}})`;
