/** Blocks in the items of a report: a renamed folder or a restored state is one thing to look at. */
import type { ItemKind, Report, RestoredState } from '../core/model/report';
import type { BlockView } from './blocks';
import { blockKey } from './blocks';

/** An item of several blocks, with those of them that are listed here. */
export interface ItemView<View extends BlockView> {
  readonly item: Exclude<ItemKind, { readonly kind: 'block' }>;
  readonly blocks: readonly View[];
}

/** The blocks in their order; those of an item of several stand together, where the first of them stood. */
export function inItems<View extends BlockView>(
  { items, blocks }: Report,
  listed: readonly View[],
): (View | ItemView<View>)[] {
  const keys = new Map(blocks.map((block) => [block.block, blockKey(block)] as const));
  const itemOf = new Map(items.flatMap((item) => item.blocks.map((number) => [keys.get(number) ?? '', item] as const)));
  const open = new Map<object, { readonly item: ItemView<View>['item']; readonly blocks: View[] }>();
  return listed.flatMap((view): (View | ItemView<View>)[] => {
    const item = itemOf.get(view.key);
    if (item === undefined || item.kind === 'block') return [view];
    const begun = open.get(item);
    if (begun !== undefined) {
      begun.blocks.push(view);
      return [];
    }
    const first = { item, blocks: [view] };
    open.set(item, first);
    return [first];
  });
}

/** The earlier state of the base that a change brings back; undefined for any other change. */
export function restoredOf({ items }: Report): RestoredState | undefined {
  return items.find((item) => item.kind === 'restored');
}
