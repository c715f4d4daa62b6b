import sharp from 'sharp';
import { demoPicture, encodePicture, pdqOfDemoPicture, variantOf, type DemoPictureKind } from './pictures.ts';
import { writeFileSync } from 'node:fs';
const out = process.argv[2]!; const from = Number(process.argv[3] ?? 0), n = Number(process.argv[4] ?? 8);
const kinds: DemoPictureKind[] = (process.argv[5]?.split(',') as DemoPictureKind[]) ?? ['hills','lighthouse','harbor','shapes','pattern'];
const comps: sharp.OverlayOptions[] = [];
const all: {k:string;b:Buffer}[]=[];
for (const [r,k] of kinds.entries()) for (let i=0;i<n;i++){
  const t0=performance.now(); const p = demoPicture(k, from+i); const t1=performance.now();
  const j = await encodePicture(p,'jpeg'); const t2=performance.now();
  const q = await pdqOfDemoPicture(j);
  const d: number[]=[];
  const x=Buffer.from(q.pdq,'hex');
  const dist=(y:Buffer)=>x.reduce((s,v,i)=>{let z=v^y[i]!;while(z){s++;z&=z-1}return s},0);
  for (const v of ['resized','recompressed','cropped'] as const) d.push(dist(Buffer.from((await pdqOfDemoPicture(await variantOf(j,v))).pdq,'hex')));
  let min=999,who='';for(const o of all){const e=dist(o.b);if(e<min){min=e;who=o.k}}
  all.push({k:k+(from+i),b:x});
  console.log(k,from+i,'draw',(t1-t0).toFixed(0),'enc',(t2-t1).toFixed(0),'kB',(j.length/1000).toFixed(0),'q',q.quality,'var',d.join('/'),'min',min,who);
  comps.push({input: await sharp(j).resize(320).toBuffer(), left: (i%4)*320, top: (r*Math.ceil(n/4)+Math.floor(i/4))*240});
}
await sharp({create:{width:1280,height:kinds.length*Math.ceil(n/4)*240,channels:3,background:'#fff'}}).composite(comps).png().toFile(out);
