import { chromium } from 'playwright-core';
import { serve } from './serve'; import { fixtureId } from './fixture-executions';
const s = await serve(); const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu']});
let bad=0;
for (let i=0;i<14;i++) {
  const c = await b.newContext(i%2?{viewport:{width:1440,height:900}}:{}); const p = await c.newPage();
  let errs:string[]=[]; p.on('console', m=>m.type()==='error'&&errs.push(m.text().slice(0,140)));
  const reqs:string[]=[]; p.on('request', r=>{ if(!/build|assets/.test(r.url())) reqs.push(r.url().slice(22,80)); });
  await p.goto(s.origin+'/sign-in?key=dev-key');
  await p.goto(s.origin+'/executions/'+fixtureId(i%3?'running':'undoing'));
  await p.waitForTimeout(900);
  console.log(i, errs.length, errs[0]??'', errs.length? reqs.join(' '):''); if (errs.length) bad++;
  await c.close();
}
console.log('bad', bad); await b.close(); process.exit(0);
