/**
 * Readable names for people without one. 64 × 64 words: enough to tell the visitors on one screen apart, not an
 * identifier (two of 4,096 can share one). No word in either list is rude about a person.
 * In a file of its own, because few screens show one and browsers would load the words with every ref.
 */
const MOODS =
  "Amber Agile Ancient Apt Autumn Azure Blithe Bold Brave Breezy Bright Brisk Bronze Calm Candid Clever Copper Coral Cosmic Crisp Curious Dapper Dawn Eager Early Fair Fleet Gentle Gilded Golden Hardy Humble Indigo Ivory Jade Jolly Keen Kind Lively Lucid Lunar Mellow Merry Misty Nimble Noble Opal Patient Polar Proud Quick Quiet Rapid Russet Sage Sandy Silent Silver Solar Spry Steady Sunny Swift Teal".split(
    " ",
  );
const ANIMALS =
  "Albatross Antelope Badger Beaver Bison Bobcat Bunting Caribou Cheetah Condor Crane Curlew Dolphin Dormouse Dove Egret Elk Falcon Ferret Finch Fox Gannet Gazelle Gecko Goshawk Grouse Hare Harrier Hawk Heron Ibex Ibis Jackdaw Jaguar Kestrel Kingfisher Kite Lark Lemur Linnet Lynx Magpie Marmot Marten Merlin Moose Narwhal Newt Ocelot Oriole Osprey Otter Owl Panther Petrel Pika Plover Puffin Raven Robin Seal Sparrow Swallow Wren".split(
    " ",
  );

/** "Quiet Heron": the same name for the same stream id, always and everywhere. */
export function anonymousName(streamId: string): string {
  const hash = fnv1a(streamId);
  return `${MOODS[hash & 63]} ${ANIMALS[(hash >>> 6) & 63]}`;
}

/** FNV-1a, 32 bits, with a final mix so that ids differing in their last character differ in every bit. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
