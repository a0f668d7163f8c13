/** The contract of the sample book: one story that shows what scripts can do, with sounds of the starter pack. Pure. */
import type { AudiobookDraft } from '#lib/audiobooks/audiobook.ts';
import type { RecipeName } from '#lib/synthesis/recipes/index.ts';

/** The same in every data folder, so that it is never made twice. */
export const SAMPLE_BOOK_ID = 'b6a1d3c0a1e64f0f9c1b7e5d20e7a001';

/** What it plays: they are there when the starter pack is. */
export const SAMPLE_SOUNDS = {
  effects: ['steps_wood', 'ship_horn', 'match_strike', 'door_knock'],
  background: ['sea'],
} as const satisfies Record<string, readonly RecipeName[]>;

const SCRIPT = `{{{voice:keeper}}}{{{bg:sea,volume:0.8,fade_in:3,duck_level:0.25}}}

# The Horn in the Fog

I keep the lamp at Skerry Point. My mother kept it before me, and she taught me its one rule: the light may be late, but it must never be out.

On the night I am telling you about, I was late. {{{sfx:steps_wood,volume:0.6,pause_speech:true}}} I ran up the ninety-one steps with the oil can in my arms, and when I came to the top, the wind had pushed the window open, and the lamp was cold.

Then I heard it. {{{pause:0.5}}}{{{sfx:ship_horn,volume:0.5,pan:-0.4,pause_speech:true}}}

A ship, close under the rocks, and blind. My fingers were wet. The first match broke. The second went out. {{{pause:1.2}}} I had one more.

{{{sfx:match_strike,pause_speech:true}}}

It burned. I held it to the wick and counted, as you count for a child who is learning to swim. One. Two. Three. {{{pause:0.8}}} And the light went out over the water, as wide and as calm as if it had never been away.

{{{voice:captain,speed:1.1,volume:1.5}}}Hard to port! There is the Point! Hard to port, and bless that lamp!

{{{voice:keeper}}}The horn sounded once more, {{{sfx:ship_horn,volume:0.2,pan:0.5,fade_out:1}}}already further out, and I sat down on the floor and laughed.

# A Knock at the Door

By morning the fog had gone, and the sea with it. {{{bg:stop,fade_out:3}}} It was so still that I could hear the kettle think.

{{{pause:0.8}}}{{{sfx:door_knock,pause_speech:true}}}

On the step stood a man with salt in his beard.

{{{voice:captain}}}Good morning. I am looking for whoever lit that lamp last night.

{{{voice:keeper}}}That was me. I lit it late.

{{{voice:captain}}}Late? {{{pause:0.8}}} There were eleven of us on board. We found it right on time.

{{{voice:keeper}}}He put something into my hand and went down the path without looking back. It was a box of matches. {{{pause:1}}} It stands beside the lamp to this day. I have never needed more than one.
`;

export const SAMPLE_BOOK: AudiobookDraft = {
  title: 'The Lamp at Skerry Point',
  author: 'Talk2Me',
  script: SCRIPT,
  cast: { keeper: 'embedded:slt', captain: 'embedded:awb' },
  settings: {},
};
