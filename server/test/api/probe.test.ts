import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { createDesk } from '../desk/index.ts';
it('probe', async () => {
  const desk = await createDesk();
  const api = await desk.api();
  const show = async (o: any) => { const a = await api.inject(o); console.log(o.method ?? 'GET', String(o.url).slice(0, 80), a.statusCode, a.headers['content-type'], a.body.slice(0, 300)); return a; };
  const doc = await api.inject('/openapi.json');
  writeFileSync('/tmp/openapi.json', JSON.stringify(doc.json(), null, 1));
  const key = { authorization: `Bearer ${desk.service.key}` };
  await show('/docs'); 
  const d = await api.inject('/docs/'); console.log(d.statusCode, d.headers, d.body);
  for (const url of ['/%', '/v1/%ff', '/v1/cases/%00', '/v1/cases/' + 'a'.repeat(300), '/v1/cases/a%2fb', '//v1/cases', '/v1/', '/v1', '/nothing']) await show({ url });
  for (const method of ['HEAD', 'OPTIONS', 'PUT', 'TRACE', 'PROPFIND']) await show({ method, url: '/v1/cases' });
  await show({ method: 'POST', url: '/v1/screen', headers: { ...key, 'content-type': 'multipart/form-data; boundary=x' }, payload: '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nhi\r\n--x--\r\n' });
  for (const ct of ['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=x'])
    await show({ method: 'POST', url: '/v1/user-reports', headers: { ...key, 'content-type': ct, 'idempotency-key': 'a' }, payload: '--x\r\ncontent-disposition: form-data; name="report"\r\n\r\n{}' });
  await show({ method: 'POST', url: '/v1/user-reports', headers: { ...key, 'content-type': 'application/json', 'idempotency-key': 'a' }, payload: '['.repeat(200000) });
  await show({ method: 'POST', url: '/v1/user-reports', headers: { ...key, 'content-type': 'application/json', 'idempotency-key': 'a' }, payload: '['.repeat(200000) + ']'.repeat(200000) });
  const cookie = await desk.signIn();
  for (const c of [JSON.stringify([99999999999, '2026-01-01T00:00:00Z', desk.person.id]), JSON.stringify([1, '0000-01-01T00:00:00Z', desk.person.id])]) 
    await show({ url: '/v1/cases?cursor=' + Buffer.from(c).toString('base64url'), headers: { cookie } });
  for (let i = 0; i < 25; i++) { const a = await api.inject({ method: 'POST', url: '/v1/sign-in', payload: { token: 'x' } }); if (a.statusCode !== 401) { console.log(a.statusCode, a.headers, a.body); break; } }
  await desk.close();
});
