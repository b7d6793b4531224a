import { runMigrations } from '@cashloop/persistence';
import { migrations } from './dist/migrations/index.js';
import pg from 'pg';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
const adminUrl = process.env.TEST_DATABASE_URL;
const c = new pg.Client(adminUrl); await c.connect();
await c.query('drop database if exists sbx_bench with (force)'); await c.query('create database sbx_bench'); 
const url = new URL(adminUrl); url.pathname='/sbx_bench';
await runMigrations({ migratorUrl: url.href, serviceRole: url.username, migrations });
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const args = process.argv.includes('--prof') ? ['--cpu-prof','--cpu-prof-dir=/tmp/sbx'] : [];
const child = spawn(process.execPath, [...args, 'dist/main.js'], { stdio: 'inherit', env: { ...process.env, NODE_ENV:'production', LOG_LEVEL:'warn', PORT:'18999', GATEWAY_PUBLIC_KEY: publicKey.export({type:'spki',format:'pem'}).toString(), SANDBOX_DATABASE_URL:url.href, SANDBOX_CLIENT_ID:'a', SANDBOX_CLIENT_SECRET:'b', SANDBOX_WEBHOOK_VERIFIER_TOKEN:'v', SANDBOX_ADMIN_TOKEN:'adm', SANDBOX_WEBHOOK_URL:'http://127.0.0.1:9/x' } });
const base='http://127.0.0.1:18999'; const h={authorization:'Bearer adm','content-type':'application/json'};
const t00=Date.now(); for(;;){ try { const r=await fetch(base+'/health'); console.log('up', Date.now()-t00, r.status, (await r.text()).slice(0,200)); break;} catch{ await new Promise(r=>setTimeout(r,50)); } }
const { realm_id } = await (await fetch(base+'/admin/companies',{method:'POST',headers:h,body:JSON.stringify({name:'B'})})).json();
const t0=Date.now(); let n=0;
for (let call=0; call<10; call++) {
  const rows=[{kind:'customer',key:'C'+call,display_name:'C'+call}];
  for(let i=0;i<2499;i++){ const k=call+'-'+i; rows.push({kind:'invoice',key:'I'+k,customer_key:'C'+call,doc_number:k,txn_date:'2025-01-03',amount:'50.39'}); rows.push({kind:'payment',key:'P'+k,customer_key:'C'+call,txn_date:'2025-01-05',amount:'20.39',lines:[{invoice_key:'I'+k,amount:'20.39'}]}); }
  const r=await fetch(base+`/admin/companies/${realm_id}/bulk`,{method:'POST',headers:{...h,'content-type':'application/x-ndjson'},body:rows.map(x=>JSON.stringify(x)).join('\n')}); const a=await r.json(); n+=a.created;
}
console.log('bulk', n, 'rows', Math.round(n/(Date.now()-t0)*1000),'rows/s');
const { code } = await (await fetch(base+`/admin/companies/${realm_id}/consent`,{method:'POST',headers:h,body:'{}'})).json();
const tok = await (await fetch(base+'/oauth2/v1/tokens/bearer',{method:'POST',headers:{authorization:'Basic '+btoa('a:b'),'content-type':'application/x-www-form-urlencoded'},body:`grant_type=authorization_code&code=${code}`})).json();
const ah={authorization:'Bearer '+tok.access_token,accept:'application/json','content-type':'application/json'};
const t1=Date.now(); let got=0;
for(let s=1; s<=25001; s+=1000){ const r=await fetch(base+`/v3/company/${realm_id}/query?query=`+encodeURIComponent(`select * from Invoice orderby Id startposition ${s} maxresults 1000`),{headers:ah}); const j=await r.json(); got+=j.QueryResponse.Invoice?.length??0; }
console.log('read', got, 'in', Date.now()-t1,'ms');
const t2=Date.now(); for(let i=0;i<200;i++){ const r=await fetch(base+`/v3/company/${realm_id}/invoice`,{method:'POST',headers:ah,body:JSON.stringify({CustomerRef:{value:'1'},Line:[{Amount:5,DetailType:'SalesItemLineDetail',SalesItemLineDetail:{ItemRef:{value:'1'}}}]})}); await r.json(); }
console.log('200 creates', Date.now()-t2,'ms');
const m=await (await fetch(base+'/metrics')).text(); console.log(m.split('\n').filter(l=>/^cashloop_sandbox/.test(l)).join('\n'));
child.kill('SIGTERM'); await new Promise(r=>child.on('exit',(c)=>{console.log('exit',c); r();}));
await c.query('drop database if exists sbx_bench with (force)'); await c.end();
