/** Style of `/docs`: follows the system's theme; hairlines, one accent, colour for methods and statuses only. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fbfbfc;--fg:#1c1e22;--dim:#5b616b;--line:#e2e4e8;--panel:#f2f3f5;--accent:#1f5fd0;--get:#1d6f42;--post:#1f5fd0;--put:#8a5a00;--delete:#b3261e}
@media (prefers-color-scheme:dark){:root{--bg:#15171a;--fg:#e6e8eb;--dim:#9aa1ac;--line:#2b2f36;--panel:#1d2025;--accent:#7fb0ff;--get:#6fce97;--post:#7fb0ff;--put:#e2b45c;--delete:#ff8a80}}
*{box-sizing:border-box}html{scroll-behavior:smooth;scroll-padding-top:16px}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;display:grid;grid-template-columns:320px minmax(0,1fr);background:var(--bg);color:var(--fg);font:14px/1.5 Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}a:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
code,pre,.method{font-family:"JetBrains Mono",ui-monospace,monospace;font-size:12px}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:20px 16px;border-right:1px solid var(--line)}
nav .title{font-size:16px;font-weight:600;color:var(--fg)}nav h2{margin:20px 0 4px;font-size:12px;font-weight:600;color:var(--dim)}
nav ul{list-style:none;margin:0;padding:0}nav li a{display:flex;gap:4px;padding:3px 0;color:var(--fg);font-size:12px;overflow-wrap:anywhere}nav .method{flex:none}
main{max-width:960px;padding:28px 32px 96px}h1{margin:0 0 8px;font-size:28px;line-height:1.2}section>h2{margin:48px 0 4px;font-size:20px}
section>p,.summary+p{color:var(--dim)}article{padding:20px 0;border-top:1px solid var(--line)}h3{margin:0;font-size:14px;font-weight:500}h3 code{font-size:14px;overflow-wrap:anywhere}
.summary{margin:6px 0;font-size:16px}h4{margin:16px 0 4px;font-size:12px;font-weight:600;color:var(--dim)}p{margin:6px 0}
.method{display:inline-block;min-width:52px;font-weight:600}.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.delete{color:var(--delete)}
.s2{color:var(--get)}.s4,.s5{color:var(--delete)}.scroll{overflow-x:auto}table{width:100%;border-collapse:collapse}
td{padding:6px 16px 6px 0;border-top:1px solid var(--line);vertical-align:top}tr:first-child td{border-top:0}td:first-child{white-space:nowrap}
pre{margin:8px 0;padding:12px;overflow:auto;background:var(--panel);border-radius:6px}
@media (max-width:760px){body{display:block}nav{position:static;height:auto;max-height:40vh;border-right:0;border-bottom:1px solid var(--line)}main{padding:20px 16px 64px}}
`;
