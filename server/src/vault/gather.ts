/** All that comes, in order. For what is known to be small enough to be held. */
export async function gather<Item>(source: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of source) items.push(item);
  return items;
}
