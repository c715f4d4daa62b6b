import type { Mode, Term } from '@breakwater/terms';

/** Random numbers that are the same in every run (mulberry32), from 0 below `below`. */
export function randomSource(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Random = (below: number) => number;

/** Syllables to make words of that no language has. Weights as names in a large messaging service might be distributed. */
const SCRIPTS = [
  {
    weight: 60,
    language: 'la',
    syllables: split(
      'ba be bo cra dro fin glo gri hul ka kel lo lum mar mo nax ni or pax pri qua ra ri sol ta tel tor ul va ven vi wo xan yor za zen',
    ),
  },
  {
    weight: 12,
    language: 'ru',
    syllables: split(
      'ба бро ви гло гри да дро жу за ка кел ло лум ма мор на нек пра ри сол та тор ул ва зен',
    ),
  },
  {
    weight: 4,
    language: 'el',
    syllables: split('βα γλο γρι δρο ζεν θα κα κελ λο λουμ μαρ νι ξα πρα ρι σολ τα τορ'),
  },
  { weight: 8, language: 'ar', syllables: split('با بر تل جو دا رو زن سل طا فن قا كل لو ما نو وي') },
  { weight: 2, language: 'he', syllables: split('בא גל דר זן טל כל לו מר נו סל פר קא רי שו') },
  { weight: 5, language: 'hi', syllables: split('का कि गो चा टी दा नि पा बो मा रा लू वा सो') },
  { weight: 3, language: 'th', syllables: split('กา โก ขา ดี ตา นา ปู มา รา ลา สี') },
  {
    weight: 4,
    language: 'zh',
    syllables: split('山 水 木 石 灯 桌 椅 茶 杯 纸 云 雨 林 田 星 果 布 钟 窗 门'),
  },
  { weight: 2, language: 'ko', syllables: split('가 나 다 라 마 바 사 자 차 카 타 파 하 무 도') },
] as const;

const EMOJI = split('🍎 🍋 🔨 🪛 🌻 ⚽ 🎸 👩🏽‍🌾 ❤️ ✨ 🚲 📚');
const MODES: readonly Mode[] = ['word', 'word', 'substring', 'phrase'];

/** Made-up terms of several scripts: words, parts of words, phrases, a few emoji. All different. */
export function madeUpTerms(count: number, random: Random): Term[] {
  const texts = new Map<string, Mode>();
  while (texts.size < count) {
    const mode = MODES[random(MODES.length)]!;
    const script = scriptOf(random);
    const word = wordOf(script, 4 + random(2), random);
    if (mode === 'phrase') texts.set(`${word} ${wordOf(script, 3, random)}`, mode);
    else texts.set(random(200) === 0 ? word + oneOf(EMOJI, random) : word, mode);
  }
  return [...texts].map(([text, mode], at) => ({
    id: `term-${at}`,
    text,
    mode,
    weight: 1 + (at % 10),
    language: null,
    category: `category-${at % 7}`,
    expires: null,
  }));
}

/** Names of groups and accounts as people write them: one in a hundred has a term, half of those behind a trick. */
export function madeUpNames(count: number, terms: readonly Term[], random: Random): string[] {
  return Array.from({ length: count }, () => {
    const script = scriptOf(random);
    const words = Array.from({ length: 1 + random(4) }, () =>
      dressed(wordOf(script, 1 + random(3), random), random),
    );
    if (random(100) === 0) {
      const term = terms[random(terms.length)]!.text;
      words.push(random(2) === 0 ? term : tricked(term, random));
    }
    if (random(4) === 0) words.push(oneOf(EMOJI, random));
    if (random(6) === 0) words.push(String(1970 + random(60)));
    return words.join(random(12) === 0 ? '_' : ' ');
  });
}

function dressed(word: string, random: Random): string {
  const how = random(24);
  if (how < 8) return word.charAt(0).toUpperCase() + word.slice(1);
  if (how === 8) return word.toUpperCase();
  return how === 9 ? tricked(word, random) : word;
}

function tricked(word: string, random: Random): string {
  switch (random(6)) {
    case 0:
      return Array.from(word).join(' ');
    case 1:
      return word.replaceAll('o', '0').replaceAll('e', '3').replaceAll('a', '4');
    case 2:
      return word.replaceAll('o', 'о').replaceAll('a', 'а').replaceAll('e', 'е');
    case 3:
      return word + word.slice(-1).repeat(3);
    case 4:
      return Array.from(word)
        .map((letter) => `${letter}\u0336`)
        .join('');
    default:
      return Array.from(word)
        .map((letter) =>
          /[a-z]/.test(letter) ? String.fromCodePoint(0x1d41a + letter.charCodeAt(0) - 97) : letter,
        )
        .join('');
  }
}

function scriptOf(random: Random): (typeof SCRIPTS)[number] {
  let left = random(100);
  return SCRIPTS.find(({ weight }) => (left -= weight) < 0) ?? SCRIPTS[0];
}

function wordOf(
  script: { readonly syllables: readonly string[] },
  syllables: number,
  random: Random,
): string {
  return Array.from({ length: syllables }, () => oneOf(script.syllables, random)).join('');
}

function oneOf<Item>(items: readonly Item[], random: Random): Item {
  return items[random(items.length)]!;
}

function split(words: string): readonly string[] {
  return words.split(' ');
}
