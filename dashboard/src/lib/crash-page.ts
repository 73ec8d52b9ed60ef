/** The page of last resort: shown when rendering itself failed, so it depends on nothing. */
import { escapeHtml } from './escape-html';

export function crashPage(requestId: string, nonce: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Something went wrong · Workflow</title><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<style nonce="${escapeHtml(nonce)}">:root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center}main{max-width:440px;padding:24px}h1{font-size:20px;margin:0 0 8px}p{margin:0 0 16px}code{font:12px ui-monospace,monospace}</style></head>
<body><main><h1>This page could not be shown</h1><p>Something went wrong on our side while the page was made. Your executions are not affected. Reload to try again; if it stays, send us the request id.</p><p>Request id <code>${escapeHtml(requestId)}</code></p><p><a href="/executions">Go to executions</a></p></main></body></html>`;
}
