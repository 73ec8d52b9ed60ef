import { chromium } from 'playwright-core';
import { started } from '../../e2e/started';
const s = await started();
console.log(s.origin);
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu']});
try {
const p = await (await b.newContext({viewport:{width:1440,height:900},colorScheme:'light'})).newPage();
p.on('console', m=>m.type()==='error'&&console.log('console', p.url(), m.text())); p.on('pageerror', e=>console.log('pageerror', e.message));
const ORDER = { product_id: 'SKU-001', quantity: 3, customer_id: 'cust_789' };
for (let i=0;i<3;i++) await s.call('POST','/in/acme/orders/api/orders',ORDER);
const trip = { origin: 'ZRH', destination: 'LIS', date: '2026-12-01', nights: 3, booking_id: 'trip-1' };
await p.goto(s.origin+'/executions/abc'); console.log('unsigned', p.url());
const r0 = await p.goto(s.origin+'/sign-in?key='+s.adminKey); console.log('signed', p.url(), r0.status());
await p.waitForTimeout(1500); await p.reload(); await p.waitForTimeout(500); await p.screenshot({path:'/tmp/shots/r-list.png'});
// live: start slow failing saga and watch
await s.peer('POST','/switches',{service:'cars-api',mode:'fail'});
await s.peer('POST','/switches',{service:'hotels-api',mode:'slow',delay_ms:1500});
const { body } = await s.api('POST','/executions',{workflow:'book-travel',pipeline:'book-travel',data:{...trip,booking_id:'trip-2'}});
console.log(body.execution_id, body.status);
await p.waitForTimeout(700); await p.screenshot({path:'/tmp/shots/r-list-live.png'});
await p.goto(s.origin+'/executions/'+body.execution_id); await p.waitForTimeout(600); await p.screenshot({path:'/tmp/shots/r-live1.png'});
console.log(await p.locator('header .status').first().innerText(), await p.locator('header p').first().innerText());
await p.locator('header .status[data-status=compensated], header .status[data-status=failed]').waitFor({timeout:40000}); await p.waitForTimeout(200); await p.screenshot({path:'/tmp/shots/r-live2.png'});
console.log(await p.locator('header p').first().innerText());
const failed = p.locator('.wf-row[data-status=failed]').first(); await failed.click(); await p.waitForTimeout(500); await p.screenshot({path:'/tmp/shots/r-error.png'});
await p.getByRole('tab',{name:'Input'}).click(); await p.waitForTimeout(300); await p.screenshot({path:'/tmp/shots/r-input.png'});
await p.getByRole('tab',{name:'Events'}).click(); await p.waitForTimeout(700); await p.screenshot({path:'/tmp/shots/r-events.png'});
await p.getByRole('tab',{name:'Metadata'}).click(); await p.waitForTimeout(300); await p.screenshot({path:'/tmp/shots/r-meta.png'});
await p.goto(s.origin+'/applications'); await p.waitForTimeout(300); await p.screenshot({path:'/tmp/shots/r-apps.png'});
await p.locator('h2 a').first().click(); await p.waitForTimeout(600); await p.screenshot({path:'/tmp/shots/r-app.png'});
for (const v of ['source','versions']) { const u=new URL(p.url()); u.searchParams.set('view',v); await p.goto(u.href); await p.waitForTimeout(200); await p.screenshot({path:`/tmp/shots/r-app-${v}.png`}); }
const r = await p.goto(s.origin+'/executions/exec_'+'0'.repeat(43)); console.log('404', r.status(), r.headers()['cache-control']); 
for (const q of ['?status=failed','?q=book','?range=1h&workflow=orders','?pipeline=book-travel','?from=2026-01-01T00:00']) { const a = await p.goto(s.origin+'/executions'+q); console.log(q, a.status(), await p.locator('tbody tr').count()); }
await p.getByRole('button',{name:'Sign out'}).click(); await p.waitForTimeout(300); console.log('out', p.url());
await p.getByLabel('Key',{exact:true}).fill('nope'); await p.getByRole('button',{name:'Sign in'}).click(); await p.waitForTimeout(300); console.log('wrong', p.url());
await p.goto(s.origin+'/applications'); await p.getByLabel('Key',{exact:true}).fill(s.adminKey); await p.getByRole('button',{name:'Sign in'}).click(); await p.waitForTimeout(500); console.log('next', p.url());
} finally { await b.close(); await s.stop(); }
process.exit(0);
